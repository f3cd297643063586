// Walks through the API: each file under walks/ is a list of calls and what they are answered, made
// in order to a cloud of its own.
//
//     cloud --delays none            flags of the cloud; stands first
//     disk = CreateDisk Size=20 ZoneId=cn-hangzhou-b -> DiskId        $disk is that member from
//     then on DeleteDisk DiskId=$disk !403 IncorrectDiskStatus                the refusal that is
//     wanted DescribeDisks DiskIds=["$disk"] ?Disks.Disk.0.Status=In_use     a member of the answer
//     lab clock {"mode":"frozen"}                                     POST /_zonedisk/clock
//     repeat 3 CreateDisk Size=2$i -> DiskId                           $i is 1, then 2, then 3
//     as other DeleteDisk DiskId=$disk !404 InvalidDiskId.NotFound    another account
//
// A value is percent-encoded where it holds a space; `~N` is N letters x. Lines that begin with #
// say why.
//
// Each refusal is asked for in JSON and in XML, and both are compared byte by byte. What they say
// is in golden/NAME.tsv: action, status and code, message; UPDATE_GOLDEN=1 rewrites it: review the
// diff.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "common/base/files.h"
#include "common/base/text.h"
#include "e2e/harness/assertions.h"
#include "e2e/harness/files.h"
#include "e2e/harness/refusal.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = ZONEDISK_SOURCE "/e2e/local/walks";

std::vector<std::string> Words(const std::string& line) {
  std::istringstream text(line);
  std::vector<std::string> words;
  for (std::string word; text >> word;) words.push_back(word);
  return words;
}

std::string PercentDecoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      decoded += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// The message without what differs from run to run: ids that the cloud gave, times.
std::string Timeless(const std::string& message) {
  static const std::regex id("\\b([a-z]{1,4})-[a-z0-9]{2,4}[0-9a-z]{16,18}\\b");
  static const std::regex time("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{5,8}Z");
  return std::regex_replace(std::regex_replace(message, id, "$1-ID"), time, "TIME");
}

// The text of one element of the answer.
std::string ElementOf(const std::string& xml, const std::string& name) {
  const std::string open = "<" + name + ">";
  const auto at = xml.find(open);
  if (at == std::string::npos) return "";
  const auto begin = at + open.size();
  return xml.substr(begin, xml.find('<', begin) - begin);
}

struct Step {
  std::string save;  // the name of `member` in later steps
  std::string account;
  std::string action;
  Parameters parameters;
  std::string refusal;  // "403 IncorrectDiskStatus"; empty: a success is wanted
  std::string member;
  std::map<std::string, std::string> wanted;  // by path of the answer
};

// As the tables of actions name it: "CreateDisk", "Vpc.CreateVpc".
std::string NameInTables(const Step& step) {
  const auto version = step.parameters.find("Version");
  return (version != step.parameters.end() && version->second == "2016-04-28" ? "Vpc." : "") +
         step.action;
}

class Walk {
 public:
  explicit Walk(const Api& api) : api_(api) {}

  void Take(const std::string& line) {
    const auto words = Words(line);
    if (words.front() == "repeat") {
      for (int i = 1; i <= std::stoi(words.at(1)); ++i) {
        names_["i"] = std::to_string(i);
        Take(line.substr(line.find(words.at(2), line.find(words.at(1)) + words.at(1).size())));
      }
      return;
    }
    if (words.front() == "lab") {
      const auto body = line.substr(line.find(words.at(2), line.find(words.at(1))));
      const auto answer = api_.Lab(words.at(1), nlohmann::json::parse(Filled(body)));
      EXPECT_TRUE(answer.Ok()) << answer.body;
      return;
    }
    const Step step = Parsed(words);
    const Key key = step.account.empty() ? Key{} : Key{step.account, step.account};
    const auto answer = api_.Call(step.action, step.parameters, key);
    if (step.refusal.empty()) {
      EXPECT_TRUE(answer.Ok()) << answer.body;
    } else {
      EXPECT_EQ(fmt::format("{} {}", answer.status, answer.Code()), step.refusal) << answer.body;
      CompareRefusal(step, key, answer);
    }
    for (const auto& [path, value] : step.wanted) EXPECT_EQ(At(answer.json, path), value) << path;
    if (step.member.empty()) return;
    names_[step.save] = At(answer.json, step.member);
    EXPECT_NE(names_[step.save], "") << "no " << step.member << " in " << answer.body;
  }

  // A line a refusal, in the order of the calls.
  const std::string& Refusals() const { return refusals_; }

 private:
  void CompareRefusal(const Step& step, const Key& key, const Answer& answer) {
    Refusal refusal{
        .status = answer.status, .code = answer.Code(), .message = answer.Text("Message")};
    EXPECT_EQ(answer.body, BodyOf(refusal, answer.Text("RequestId"), answer.Text("HostId")));
    Parameters parameters = step.parameters;
    parameters["Format"] = "XML";
    const auto xml = api_.Call(step.action, parameters, key);
    EXPECT_EQ(xml.status, answer.status);
    refusal.xml = true;
    EXPECT_EQ(Timeless(xml.body),
              Timeless(BodyOf(refusal, ElementOf(xml.body, "RequestId"), answer.Text("HostId"))));
    refusals_ += fmt::format("{}\t{} {}\t{}\n", NameInTables(step), answer.status, answer.Code(),
                             Timeless(answer.Text("Message")));
  }

  Step Parsed(std::vector<std::string> words) {
    Step step;
    if (words.size() > 2 && words[1] == "=") {
      step.save = words[0];
      words.erase(words.begin(), words.begin() + 2);
    }
    if (words.front() == "as") {
      step.account = words.at(1);
      words.erase(words.begin(), words.begin() + 2);
    }
    step.action = words.front();
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i];
      const auto equals = word.find('=');
      if (word == "->") {
        step.member = words.at(++i);
      } else if (word[0] == '!') {
        step.refusal = word.substr(1) + " " + PercentDecoded(words.at(i + 1));
        ++i;
      } else if (word[0] == '?') {
        step.wanted[word.substr(1, equals - 1)] = Filled(word.substr(equals + 1));
      } else {
        EXPECT_NE(equals, std::string::npos) << word;
        step.parameters[word.substr(0, equals)] = Filled(word.substr(equals + 1));
      }
    }
    return step;
  }

  // With the values of names, decoded.
  std::string Filled(const std::string& text) const {
    if (text[0] == '~') return std::string(std::stoul(text.substr(1)), 'x');
    std::string filled;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '$') {
        filled += text[i];
        continue;
      }
      std::string name;
      while (i + 1 < text.size() && std::isalnum(static_cast<unsigned char>(text[i + 1])) != 0)
        name += text[++i];
      EXPECT_TRUE(names_.contains(name)) << "nothing is named " << name;
      filled += names_.contains(name) ? names_.at(name) : "";
    }
    return PercentDecoded(filled);
  }

  // "Disks.Disk.0.Status": texts as they are, all else as JSON; "" where there is none.
  static std::string At(const nlohmann::json& answer, const std::string& path) {
    std::string pointer = "/" + path;
    std::ranges::replace(pointer, '.', '/');
    const nlohmann::json::json_pointer place(pointer);
    if (!answer.contains(place)) return "";
    const auto& found = answer.at(place);
    return found.is_string() ? found.get<std::string>() : found.dump();
  }

  const Api& api_;
  std::map<std::string, std::string> names_;
  std::string refusals_;
};

std::vector<std::string> WalkNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.is_regular_file()) names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

class WalkTest : public testing::TestWithParam<std::string> {};

TEST_P(WalkTest, GivenCallsInOrderWhenMadeThenEachIsAnsweredAsItSays) {
  const auto file = kFolder / (GetParam() + ".walk");
  const auto text = base::ReadFile(file);
  ASSERT_TRUE(text) << file;
  std::vector<std::string> lines;
  for (const auto line : base::Split(*text, '\n'))
    if (!line.empty() && line[0] != '#') lines.emplace_back(line);
  auto flags = Words(lines.at(0));
  ASSERT_EQ(flags.front(), "cloud");
  flags.erase(flags.begin());
  const TempFolder folder;
  World world({.folder = folder.Path(), .cloud = flags});
  ASSERT_TRUE(IsOk(world.StartCloud()));
  Walk walk(world.Cloud());
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const testing::ScopedTrace trace(file.c_str(), static_cast<int>(i), lines[i]);
    walk.Take(lines[i]);
  }
  const auto golden = kFolder / "golden" / (GetParam() + ".tsv");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << walk.Refusals();
  EXPECT_EQ(walk.Refusals(), base::ReadFile(golden).value_or("")) << golden;
}

// Of those of every action see bad_rpc_test and bad_signature_test.
TEST(RefusalTest, GivenTableOfRefusalsWhenWalksHaveBeenTakenThenEachThatAnActionAnswersHasItsText) {
  std::set<std::pair<std::string, std::string>> told = {
      // Of an instance that an agent runs: node_test asks for it.
      {"DeleteInstance", "403 OperationDenied"},
      {"ModifyInstanceAutoReleaseTime", "403 OperationDenied"},
  };
  for (const auto& entry : fs::directory_iterator(kFolder / "golden")) {
    const std::string text = base::ReadFile(entry.path()).value_or("");
    for (const auto line : base::Split(text, '\n')) {
      const auto columns = base::Split(line, '\t');
      if (columns.size() == 3) told.emplace(columns[0], columns[1]);
    }
  }
  const auto rows = ListedRefusals();
  ASSERT_FALSE(rows.empty());
  for (const ListedRefusal& row : rows) {
    if (row.action == "*" || !row.how.empty()) continue;
    const std::string refusal = fmt::format("{} {}", row.status, row.code);
    EXPECT_TRUE(told.contains({row.action, refusal})) << row.action << " " << refusal;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, WalkTest, testing::ValuesIn(WalkNames()),
                         [](const auto& walk) { return walk.param; });

}  // namespace
}  // namespace e2e
