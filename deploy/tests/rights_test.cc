// deploy/rights against the roles: every right has its reason, and no reason is without its right.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/tests/manifests.h"

namespace deploy {
namespace {

struct Row {
  std::string shown;  // "start", a suite of stories, "unit:" and a suite
  std::string reason;
};

// By "ROLE RESOURCE VERB".
std::map<std::string, Row> Listed() {
  std::map<std::string, Row> rights;
  std::istringstream lines(ReadText("deploy/rights"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string role, resource, verbs, shown, reason;
    if (!(words >> role >> resource >> verbs >> shown) || role.starts_with("#")) continue;
    std::getline(words >> std::ws, reason);
    std::istringstream list(verbs);
    for (std::string verb; std::getline(list, verb, ',');) {
      const auto right = role + " " + resource + " " + verb;
      EXPECT_TRUE(rights.emplace(right, Row{shown, reason}).second) << right << " is there twice";
    }
  }
  return rights;
}

// The same of the manifests.
std::map<std::string, std::string> Given() {
  auto documents = Load("deploy/base");
  std::ranges::copy(Load("deploy/snapshot-controller"), std::back_inserter(documents));
  std::map<std::string, std::string> rights;
  for (const auto& document : documents) {
    if (document.Kind() != "Role" && document.Kind() != "ClusterRole") continue;
    for (const auto& rule : document.node["rules"]) {
      for (const auto& resource : rule["resources"]) {
        const auto group = rule["apiGroups"][0].Scalar();
        for (const auto& verb : rule["verbs"]) {
          rights[document.Kind() + "/" + document.Name() + " " + resource.Scalar() +
                 (group.empty() ? "" : ".") + group + " " + verb.Scalar()] = document.file;
        }
      }
    }
  }
  return rights;
}

TEST(Rights, EachIsListedWithWhatNeedsIt) {
  const auto listed = Listed();
  for (const auto& [right, file] : Given()) {
    ASSERT_TRUE(listed.contains(right)) << file << ": " << right << " is not in deploy/rights";
    EXPECT_NE(listed.at(right).reason, "") << right;
  }
}

TEST(Rights, NoneIsListedThatNoRoleGives) {
  const auto given = Given();
  for (const auto& [right, row] : Listed()) {
    EXPECT_TRUE(given.contains(right)) << right << ": no role gives it";
  }
  EXPECT_GT(given.size(), 60U);
}

// Every test suite that a source of these folders has.
std::set<std::string> SuitesIn(const std::vector<std::string>& folders) {
  static const std::regex kTest("\\nTEST(_F|_P)?\\((\\w+),");
  std::set<std::string> suites;
  for (const auto& folder : folders) {
    const auto path = std::filesystem::path(ZONEDISK_SOURCE) / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (!entry.path().string().ends_with("_test.cc")) continue;
      const auto text = ReadText(folder + "/" + entry.path().filename().string());
      for (std::sregex_iterator at(text.begin(), text.end(), kTest), end; at != end; ++at) {
        suites.insert((*at)[2].str());
      }
    }
  }
  return suites;
}

TEST(Rights, EachIsShownByATestThatIsThere) {
  const auto stories = SuitesIn({"e2e/kubernetes/stories"});
  const auto units = SuitesIn({"common/kube", "driver/kubernetes", "cloudapi/agent"});
  for (const auto& [right, row] : Listed()) {
    if (row.shown == "start") continue;
    const bool unit = row.shown.starts_with("unit:");
    EXPECT_TRUE(unit ? units.contains(row.shown.substr(5)) : stories.contains(row.shown))
        << right << ": " << row.shown;
  }
}

}  // namespace
}  // namespace deploy
