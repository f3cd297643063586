#pragma once
// Agents that say what the test lets them say.
#include <map>
#include <set>
#include <string>
#include <utility>

#include "cloudapi/jobs/agent_reports.h"

namespace cloudapi {

// Not synchronised: the jobs under test run on the test's thread.
class FakeAgents : public AgentReports {
 public:
  Presence Of(const InstanceKey& instance, std::string_view disk, std::int64_t) override {
    const auto found = presence.find({instance.id, std::string(disk)});
    return found == presence.end() ? Presence::kUnknown : found->second;
  }
  std::int64_t DeviceBytes(const InstanceKey& instance, std::string_view disk) override {
    return bytes[{instance.id, std::string(disk)}];
  }
  bool LeaseEnded(const InstanceKey& instance) override { return silent.contains(instance.id); }
  std::uint64_t RequestFlush(const InstanceKey&, std::string_view disk) override {
    flush_requests.emplace_back(disk);
    return flush_requests.size();
  }
  bool Flushed(const InstanceKey&, std::string_view, std::uint64_t ticket) override {
    return ticket <= flushed;
  }
  void Nudge(const InstanceKey& instance) override { nudged.insert(instance.id); }
  void ForgetAll() override { presence.clear(); }
  void OnReport(std::function<void()> listener) override { report = std::move(listener); }

  using Key = std::pair<std::string, std::string>;  // instance, disk
  std::map<Key, Presence> presence;
  std::map<Key, std::int64_t> bytes;
  std::set<std::string> silent;
  std::vector<std::string> flush_requests;
  std::uint64_t flushed = 0;
  std::set<std::string> nudged;
  std::function<void()> report;
};

}  // namespace cloudapi
