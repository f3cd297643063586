#pragma once
// Runs what takes time: rows of the job table, each a step that completes when its due time on the
// cloud's clock has passed and its real work (bytes, the agent's report) is done.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/jobs/agent_reports.h"
#include "cloudapi/rules/delays.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

struct JobsDeps {
  Env& env;
  CloudClock& clock;
  Store& store;
  Blocks& blocks;
  AgentReports& agents;
  CatalogueHolder& catalogue;
  Delays delays;
};

// What pends, each as "disk d-… Attaching: the agent of i-… has not reported its device".
struct Settled {
  bool settled = true;
  std::vector<std::string> pending;
};

// Thread-safe. One thread runs the steps, at most two more copy bytes. Every step may be repeated
// after a crash at any point.
class Jobs {
 public:
  // Listens to the store's jobs and the agents' reports; so construct it before the first write.
  explicit Jobs(JobsDeps deps);
  // Stops: the running step is finished, copies are abandoned (a restart repeats them).
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // Removes what a crash left in the blocks folder, then runs what is due.
  void Start();
  void Stop();
  // Due times are looked at again: the clock was set. Never blocks.
  void Wake();

  // Moves the clock to `target` step by step, never back: every step due on the way runs in (due,
  // id) order with the clock standing at its due time. Then waits for real work (bytes, agents) of
  // the steps that came due, `at_most`.
  Settled AdvanceTo(SysMillis target, std::chrono::milliseconds at_most);
  // Waits until nothing is under way for the objects of these jobs, `at_most`. What waits for a
  // date does not count.
  void AwaitEnd(const std::vector<Job>& jobs, std::chrono::milliseconds at_most);
  // Takes every disk away from instances that have an agent and waits until the agents report them
  // gone, `at_most`. With `force` those that remain are fenced. Returns the ids still held.
  std::vector<std::string> WithdrawAll(bool force, std::chrono::milliseconds at_most);
  // Drops all rows through the writer and all images, and forgets agents' sessions.
  void EraseEverything();

 private:
  class Runner;
  std::unique_ptr<Runner> runner_;
};

}  // namespace cloudapi
