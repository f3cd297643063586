#pragma once
// Follows the change stream and ends the polls of the instances that a change concerns.
#include <chrono>
#include <cstdint>
#include <vector>

#include "cloudapi/agents/sessions.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// One thread at a time.
class Follower {
 public:
  // Follows what is committed from now on.
  Follower(Store& store, AgentSessions& sessions)
      : store_(store), sessions_(sessions), after_(store.Revision()) {}

  // Waits for a change, `at_most`, and hands it on. Returns false once the store has ended all
  // waits; that no change came is no end.
  bool FollowOnce(std::chrono::milliseconds at_most);

 private:
  void WakeHolders(const std::vector<Change>& changes);

  Store& store_;
  AgentSessions& sessions_;
  std::int64_t after_;
};

}  // namespace cloudapi
