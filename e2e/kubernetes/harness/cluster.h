#pragma once
// Objects of the cluster, by name. What a user would do with kubectl goes through kubectl; reads,
// which stories do all the time, go to the API server directly.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/api_server.h"

namespace e2e {

// Objects are named as kubectl names them: "pod/web-0", "storageclass/delayed".
class Cluster {
 public:
  Cluster();

  // Null when there is none. Any other refusal aborts the program with a message.
  nlohmann::json Get(const std::string& object, const std::string& ns = {});
  // An empty namespace means everywhere. `query`: "labelSelector=app%3Dweb".
  std::vector<nlohmann::json> List(const std::string& kind, const std::string& ns = {},
                                   const std::string& query = {});
  // Returns the value at a JSON pointer ("/spec/nodeName"): text as it is, anything else as JSON,
  // empty when absent.
  std::string Field(const std::string& object, const std::string& ns, const std::string& pointer);

  // Whether it was done, or the server's refusal. `body` is JSON; Merge is a JSON merge patch, and
  // MergeStatus one of the status.
  testing::AssertionResult Create(const std::string& kind, const std::string& ns,
                                  const std::string& body);
  testing::AssertionResult Merge(const std::string& object, const std::string& ns,
                                 const std::string& body);
  testing::AssertionResult MergeStatus(const std::string& object, const std::string& ns,
                                       const std::string& body);
  // Succeeds for an object that is not there. Does not wait.
  testing::AssertionResult Delete(const std::string& object, const std::string& ns);

  // Runs kubectl with this cluster's configuration.
  CommandResult Kubectl(std::vector<std::string> arguments, const std::string& input = {},
                        std::chrono::seconds limit = std::chrono::seconds(60));

  // Log of a container (of the only one, when empty); `previous`: of its earlier start.
  std::string PodLog(const std::string& pod, const std::string& ns,
                     const std::string& container = {}, bool previous = false);

  ApiServer& Server() { return server_; }

 private:
  ApiServer server_;
};

// The cluster of TheSettings(), connected at the first use.
Cluster& TheCluster();

// Polls until `missing` returns an empty text; fails with `what` and its last text after `limit`.
// `missing` returns what was seen instead of what is waited for, empty when that holds.
testing::AssertionResult Eventually(const std::string& what, std::chrono::seconds limit,
                                    const std::function<std::string()>& missing);
// For Eventually: what a failure says; empty for a success.
std::string Missing(const testing::AssertionResult& result);

}  // namespace e2e
