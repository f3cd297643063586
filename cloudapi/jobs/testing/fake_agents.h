#pragma once
// Agents that say what the test lets them say.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/jobs/agent_reports.h"

namespace cloudapi {

// Not synchronised: the jobs under test run on the test's thread.
class FakeAgents : public AgentReports {
 public:
  static constexpr std::chrono::seconds kLease{15};

  explicit FakeAgents(Env& env) : env_(env) {}

  // What the agent of the instance reports from now on.
  void Report(const std::string& instance, const std::string& disk, Presence presence,
              std::int64_t bytes = 0) {
    presence_[{instance, disk}] = {presence, bytes};
    Listen(instance);
  }
  void ReportFlushed(const std::string& instance, std::uint64_t ticket) {
    flushed_ = ticket;
    Listen(instance);
  }
  // What became of the freeze of the disk.
  void ReportFreeze(const std::string& instance, const std::string& disk, FreezeState state) {
    freezes_[disk] = state;
    Listen(instance);
  }
  // The agent has not polled since then; the listener is told nothing.
  void FallSilent(const std::string& instance) { last_poll_[instance] = env_.Steady(); }
  // As a restart of the cloud does.
  void ForgetReports() { presence_.clear(); }

  Presence Of(const InstanceKey& instance, std::string_view disk, std::int64_t) override {
    ++questions;
    const auto found = presence_.find({instance.id, std::string(disk)});
    return found == presence_.end() ? Presence::kUnknown : found->second.first;
  }
  std::int64_t DeviceBytes(const InstanceKey& instance, std::string_view disk) override {
    return presence_[{instance.id, std::string(disk)}].second;
  }
  std::chrono::steady_clock::time_point LeaseEnd(const InstanceKey& instance) override {
    const auto found = last_poll_.find(instance.id);
    return (found == last_poll_.end() ? env_.Steady() : found->second) + kLease;
  }
  std::uint64_t RequestFlush(const InstanceKey&, std::string_view disk) override {
    flush_requests.emplace_back(disk);
    return flush_requests.size();
  }
  bool Flushed(const InstanceKey&, std::string_view, std::uint64_t ticket) override {
    return ticket <= flushed_;
  }
  std::uint64_t RequestFreeze(const InstanceKey&, std::string_view disk) override {
    freeze_requests.emplace_back(disk);
    freezes_[std::string(disk)] = FreezeState::kAsked;
    return freeze_requests.size();
  }
  FreezeState FreezeOf(const InstanceKey&, std::string_view disk, std::uint64_t) override {
    return freezes_[std::string(disk)];
  }
  void EndFreeze(const InstanceKey&, std::string_view disk, std::uint64_t) override {
    ended_freezes.emplace(disk);
  }
  void Wake(const InstanceKey& instance) override { woken.insert(instance.id); }
  void ForgetAll() override { presence_.clear(); }
  void OnReport(std::function<void(const InstanceKey&)> listener) override {
    listener_ = std::move(listener);
  }

  int questions = 0;  // calls of Of
  std::vector<std::string> flush_requests;
  std::vector<std::string> freeze_requests;
  std::set<std::string> ended_freezes;
  std::set<std::string> woken;

 private:
  void Listen(const std::string& instance) {
    if (listener_) listener_({.account = "default", .id = instance});
  }

  Env& env_;
  // Instance, disk → presence, bytes of the device.
  std::map<std::pair<std::string, std::string>, std::pair<Presence, std::int64_t>> presence_;
  std::map<std::string, std::chrono::steady_clock::time_point> last_poll_;
  std::uint64_t flushed_ = 0;
  std::map<std::string, FreezeState> freezes_;  // by disk
  std::function<void(const InstanceKey&)> listener_;
};

}  // namespace cloudapi
