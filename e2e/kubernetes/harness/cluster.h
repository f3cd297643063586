#pragma once
// Objects of the cluster, by name. What a user would do with kubectl goes through kubectl; reading,
// which stories do all the time, asks the API server itself.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/kubernetes/harness/api_server.h"

namespace e2e {

// Objects are named as kubectl names them: "pod/web-0", "storageclass/delayed".
class Cluster {
 public:
  Cluster();

  // Null when there is none. Whatever else is answered aborts the story with a message.
  nlohmann::json Get(const std::string& object, const std::string& space = {});
  // An empty namespace means everywhere. `query`: "labelSelector=app%3Dweb".
  std::vector<nlohmann::json> List(const std::string& kind, const std::string& space = {},
                                   const std::string& query = {});
  // What stands at a JSON pointer ("/spec/nodeName"): text as it is, anything else as JSON, nothing
  // when it is absent.
  std::string Field(const std::string& object, const std::string& space,
                    const std::string& pointer);

  // Empty when it was done, else the refusal. `body` is JSON; Merge is a JSON merge patch, and
  // MergeStatus one of the status.
  std::string Create(const std::string& kind, const std::string& space, const std::string& body);
  std::string Merge(const std::string& object, const std::string& space, const std::string& body);
  std::string MergeStatus(const std::string& object, const std::string& space,
                          const std::string& body);
  // An object that is not there is deleted already. Does not wait.
  std::string Delete(const std::string& object, const std::string& space);

  // kubectl with this cluster's configuration; status and whole output.
  struct Said {
    int status = 0;
    std::string text;
    bool Ok() const { return status == 0; }
  };
  Said Kubectl(std::vector<std::string> arguments, const std::string& input = {},
               std::chrono::seconds limit = std::chrono::seconds(60));

  // Log of a container (of the only one, when empty); `previous`: of its earlier start.
  std::string PodLog(const std::string& pod, const std::string& space,
                     const std::string& container = {}, bool previous = false);

  ApiServer& Server() { return server_; }

 private:
  ApiServer server_;
};

// The cluster of TheSettings(), connected at the first use.
Cluster& TheCluster();

// Asks until nothing is missing any more; else a failure with `what` and what was missing last.
// `missing`: empty when what is waited for holds, else what was seen instead.
testing::AssertionResult Eventually(const std::string& what, std::chrono::seconds limit,
                                    const std::function<std::string()>& missing);

}  // namespace e2e
