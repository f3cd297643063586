// Whole answers: each file under gateway/golden holds a call, its status and its answer. The call
// is made in the sample world; UPDATE_GOLDEN=1 rewrites the rest of the file: review the diff. A
// new file needs its "call" only. answers.xml holds all of them as XML.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cloudapi/gateway/response.h"
#include "cloudapi/testing/sample_world.h"
#include "common/base/files.h"

namespace cloudapi {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

const fs::path kFolder = ZONEDISK_SOURCE "/cloudapi/gateway/golden";

std::vector<std::string> NamesWith(std::string_view extension) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.path().extension() == extension) names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

std::string ReadText(const fs::path& path) {
  return base::ReadFile(path).value_or("");
}

ordered_json CallIn(const std::string& name) {
  return ordered_json::parse(ReadText(kFolder / (name + ".json"))).at("call");
}

Result<Answer> Make(const ordered_json& call) {
  TestCloud cloud;
  PutWholeSampleWorld(cloud);
  Params params;
  for (const auto& [name, value] : call.items()) params.Set(name, value.get<std::string>());
  return cloud.Call(params.StringOr("Action", ""), params);
}

// What is compared is every byte that an action decides about.
ordered_json Render(const ordered_json& call, const Result<Answer>& answer) {
  ordered_json file;
  file["call"] = call;
  file["status"] = answer ? 200 : answer.error().http_status;
  if (answer) {
    file["answer"] = ordered_json::parse("{" + answer->members + "}");
  } else {
    file["answer"] = {{"code", answer.error().code},
                      {"message", answer.error().message},
                      {"rule", answer.error().rule}};
  }
  return file;
}

void ExpectFile(const std::string& file, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(kFolder / file) << text;
  EXPECT_EQ(ReadText(kFolder / file), text);
}

class GoldenTest : public testing::TestWithParam<std::string> {};

TEST_P(GoldenTest, GivenSampleWorldWhenCalledThenAnswersTheFile) {
  const ordered_json call = CallIn(GetParam());
  ExpectFile(GetParam() + ".json", Render(call, Make(call)).dump(1) + "\n");
}

INSTANTIATE_TEST_SUITE_P(Answers, GoldenTest, testing::ValuesIn(NamesWith(".json")),
                         [](const testing::TestParamInfo<std::string>& test) {
                           std::string name = test.param;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '.' || c == '-'; }, '_');
                           return name;
                         });

// The bytes that a client which asks for XML gets, a line each.
TEST(GoldenXmlTest, GivenSampleWorldWhenAskedInXmlThenEachAnswersItsLine) {
  std::string lines;
  for (const std::string& name : NamesWith(".json")) {
    const ordered_json call = CallIn(name);
    const auto answer = Make(call);
    const auto response =
        answer ? SuccessResponse(BodyFormat::kXml,
                                 ApiName(call.at("Action").get_ref<const std::string&>()),
                                 "request", answer->members)
               : ErrorResponse(BodyFormat::kXml, "host", "request", answer.error());
    lines += name + "\t" + std::to_string(response.status) + "\t" + response.body + "\n";
  }
  ExpectFile("answers.xml", lines);
}

// No task that exists here can be cancelled, so its golden answers are refusals.
constexpr std::string_view kNeverSucceeds = "CancelTask";

TEST(CoverageTest, GivenActionTableThenEachServedActionHasAGoldenAnswer) {
  std::set<std::string> answered;
  for (const std::string& name : NamesWith(".json")) {
    const auto file = ordered_json::parse(ReadText(kFolder / (name + ".json")));
    const bool counts = file.at("status") == 200 || file.at("call").at("Action") == kNeverSucceeds;
    if (counts) answered.insert(file.at("call").at("Action"));
  }
  for (const auto& action : Actions())
    EXPECT_TRUE(!IsServed(action) || answered.contains(std::string(action.name))) << action.name;
}

// Something that passes the check of that row alone, by its name on the wire.
void SetAcceptable(const Parameter& row, Params& params) {
  if (row.form == TextForm::kJson) return params.Set(row.name, "[]");
  if (!row.words.empty()) return params.Set(row.name, row.words.front());
  if (row.type == ParameterType::kBoolean) return params.Set(row.name, "true");
  if (row.type != ParameterType::kRepeatList)
    return params.Set(row.name, std::to_string(std::max<std::int64_t>(row.min, 1)));
  if (row.members.empty()) return params.Set(row.name + ".1", "x");
  params.Set(row.name + ".1." + row.members.front().Rows().front().name, "x");
}

TEST(CoverageTest, GivenActionTableWhenARequiredParameterIsMissingThenItsRefusal) {
  for (const auto& action : Actions()) {
    for (const auto& missing : action.parameters->Rows()) {
      if (missing.missing.status == 0) continue;
      Params params;
      for (const auto& row : action.parameters->Rows())
        if (row.missing.status != 0 && row.name != missing.name) SetAcceptable(row, params);
      const auto valid = Validate(*action.parameters, params);
      ASSERT_FALSE(valid) << action.name << " without " << missing.name;
      EXPECT_EQ(valid.error().http_status, missing.missing.status) << action.name;
      EXPECT_EQ(valid.error().code, missing.missing.code)
          << action.name << " without " << missing.name;
      SetAcceptable(missing, params);
      EXPECT_TRUE(Validate(*action.parameters, params)) << action.name;
    }
  }
}

// Not a static assertion: with the undefined behaviour sanitizer g++ 12 takes no comparison of a
// function with null for a constant.
TEST(ActionTableTest, GivenRowsWhenLookedAtThenNoneBothReadsAndWrites) {
  for (const auto& action : Actions())
    EXPECT_TRUE(action.read == nullptr || action.write == nullptr) << action.name;
}

TEST(ActionTableTest, GivenNameInAnyCaseWhenLookedUpThenFound) {
  EXPECT_EQ(FindAction("describedisks")->name, "DescribeDisks");
  EXPECT_EQ(FindAction("DescribeInstanceTypes")->name, "DescribeInstanceTypes");
  EXPECT_EQ(FindAction("DescribeDisk"), nullptr);
}

}  // namespace
}  // namespace cloudapi
