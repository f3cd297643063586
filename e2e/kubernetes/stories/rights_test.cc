// Least rights: whatever the roles of deploy/ allow is used. The API server's audit log tells,
// deploy/rights says for what and by which story.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

using nlohmann::json;

struct Right {
  std::string text;   // "ClusterRole/zonedisk-agent nodes get"
  std::string shown;  // "start", "unit:…", or the suite of stories that needs it
};

std::vector<Right> ListedRights() {
  std::vector<Right> rights;
  std::ifstream table(SourcePath("deploy/rights"));
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::string role, resource, verbs, shown;
    if (!(words >> role >> resource >> verbs >> shown) || role.starts_with("#")) continue;
    std::istringstream list(verbs);
    for (std::string verb; std::getline(list, verb, ',');) {
      rights.push_back({role + " " + resource + " " + verb, shown});
    }
  }
  return rights;
}

// What the audit log of this cluster tells.
struct Audited {
  std::set<std::string> rights;  // as Right::text, once for each that a call was allowed by
  std::set<std::string> told;    // suites in small letters, by the namespaces of their stories
};

std::string TextIn(const json& event, const char* pointer) {
  const json::json_pointer at(pointer);
  return event.contains(at) && event[at].is_string() ? event[at].get<std::string>() : "";
}

// The server notes: RBAC: allowed by ClusterRoleBinding "a" of ClusterRole "a" to ServiceAccount
// "b/c".
std::string RightOf(const json& event) {
  static const std::regex kRole(R"re( of (ClusterRole|Role) "([^"]+)")re");
  const auto reason = TextIn(event, "/annotations/authorization.k8s.io~1reason");
  std::smatch role;
  if (!std::regex_search(reason, role, kRole)) return "";
  auto resource = TextIn(event, "/objectRef/resource");
  const auto part = TextIn(event, "/objectRef/subresource");
  const auto group = TextIn(event, "/objectRef/apiGroup");
  return fmt::format("{}/{} {}{}{} {}", role[1].str(), role[2].str(), resource,
                     part.empty() ? "" : "/" + part, group.empty() ? "" : "." + group,
                     TextIn(event, "/verb"));
}

Audited ReadAuditLog() {
  Audited audited;
  std::ifstream log(TheSettings().ClusterFolder() / "logs" / "audit.log");
  for (std::string line; std::getline(log, line);) {
    const auto event = json::parse(line, nullptr, false);
    if (!event.is_object()) continue;
    audited.rights.insert(RightOf(event));
    const auto ns = TextIn(event, "/objectRef/namespace");
    audited.told.insert(ns.substr(0, ns.find('-')));
  }
  return audited;
}

std::string Small(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool IsSuite(const std::string& shown) {
  return shown != "start" && !shown.starts_with("unit:");
}

class Rights : public Story {};

// The only story in which the snapshot controller says the same of an object again: what it said
// before is forgotten.
TEST_F(Rights, GivenSnapshotOfNoClaimWhenItsErrorIsForgottenThenTheSameEventIsCounted) {
  ASSERT_TRUE(
      Apply(SnapshotYaml({.name = "of-none", .snapshot_class = kSnapshotClass, .claim = "none"})));
  ASSERT_TRUE(
      WaitEvent("volumesnapshot/of-none", "SnapshotContentCreationFailed", "cannot get claim"));
  ASSERT_TRUE(
      TheCluster().MergeStatus("volumesnapshot/of-none", Ns(), R"({"status": {"error": null}})"));
  EXPECT_TRUE(Eventually("an event that is counted", kStepLimit, [&]() -> std::string {
    int most = 0;
    for (const auto& event : TheCluster().List("event", Ns())) {
      if (event["involvedObject"].value("name", "") != "of-none") continue;
      most = std::max(most, event.value("count", 0));
    }
    return most > 1 ? "" : fmt::format("count {}", most);
  }));
}

// Of stories by themselves only some have been told: then the log has what every start needs.
TEST(Balance, GivenStoriesToldWhenAuditLogIsReadThenEachRightWasUsed) {
  const auto audited = ReadAuditLog();
  const auto rights = ListedRights();
  ASSERT_GT(rights.size(), 60U);
  std::set<std::string> missing;
  for (const auto& right : rights) {
    if (IsSuite(right.shown) && !audited.told.contains(Small(right.shown))) {
      missing.insert(right.shown);
    }
  }
  if (!missing.empty()) {
    fmt::print("not told, so no right of a story is asked for: {}\n", fmt::join(missing, " "));
  }
  for (const auto& right : rights) {
    const bool asked = right.shown == "start" || (IsSuite(right.shown) && missing.empty());
    if (asked) {
      EXPECT_TRUE(audited.rights.contains(right.text)) << right.text << ", " << right.shown;
    }
  }
}

}  // namespace
}  // namespace e2e
