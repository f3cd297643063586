// Wrong values for every parameter of every action: what each is answered stands in
// golden/negatives.tsv, a line a parameter; UPDATE_GOLDEN=1 rewrites it: review the diff. Whatever
// is refused has a row in actions/refusals.tsv, leaves the database as it is and no value in the
// log.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cloudapi/actions/products.h"
#include "cloudapi/actions/refusals.h"
#include "cloudapi/gateway/dispatch.h"
#include "cloudapi/testing/sample_world.h"
#include "common/base/files.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

namespace fs = std::filesystem;
const fs::path kGolden = ZONEDISK_SOURCE "/cloudapi/gateway/golden";
const fs::path kTable = kGolden / "negatives.tsv";
constexpr std::string_view kMarker = "nonsense-zq7";  // no message and no name holds it

// One parameter under test. `name` is its name on the wire, of a member that of the first item.
struct Subject {
  const Parameter& row;
  std::string name;
  std::string list;  // of a member: its list
};

std::vector<Subject> SubjectsOf(const Action& action) {
  std::vector<Subject> subjects;
  for (const Parameter& row : action.parameters->Rows()) {
    subjects.push_back({row, row.name, ""});
    if (row.members.empty()) continue;
    for (const Parameter& member : row.members.front().Rows())
      subjects.push_back({member, row.name + ".1." + member.name, row.name});
  }
  return subjects;
}

// Whatever the call gives for the subject goes.
Params Without(const Params& base, const Subject& subject) {
  Params::Map kept;
  for (const auto& [name, value] : base.All()) {
    const bool is = base::EqualNoCase(name, subject.name);
    const bool below = base::StartsWithNoCase(name, subject.name + ".");
    if (!is && !below) kept.emplace(name, value);
  }
  return Params(std::move(kept));
}

bool IsList(const Parameter& row) {
  return row.type == ParameterType::kRepeatList;
}

// Of a list of structures an item has its first member.
void SetItem(const Subject& subject, int index, const std::string& value, Params& params) {
  const auto& members = subject.row.members;
  const std::string member = members.empty() ? "" : "." + members.front().Rows().front().name;
  params.Set(subject.name + "." + std::to_string(index) + member, value);
}

struct Mutation {
  std::string_view name;
  bool (*apply)(const Subject& subject, Params& params);  // false: not for this parameter
};

template <class Value>
bool SetValue(const Subject& subject, Params& params, Value value) {
  if (IsList(subject.row)) {
    SetItem(subject, 1, std::string(value), params);
  } else {
    params.Set(subject.name, std::string(value));
  }
  return true;
}

const Mutation kMutations[] = {
    {"absent", [](const Subject&, Params&) { return true; }},
    {"empty", [](const Subject& s, Params& p) { return SetValue(s, p, ""); }},
    {"word", [](const Subject& s, Params& p) { return SetValue(s, p, kMarker); }},
    {"long", [](const Subject& s, Params& p) { return SetValue(s, p, std::string(5000, 'x')); }},
    {"bytes", [](const Subject& s, Params& p) { return SetValue(s, p, "\xff\xfe\x01"); }},
    {"negative", [](const Subject& s, Params& p) { return SetValue(s, p, "-7"); }},
    {"enormous",
     [](const Subject& s, Params& p) { return SetValue(s, p, "99999999999999999999"); }},
    {"plain",
     [](const Subject& s, Params& p) {
       if (IsList(s.row)) p.Set(s.name, std::string(kMarker));
       return IsList(s.row);
     }},
    {"listed",
     [](const Subject& s, Params& p) {
       if (!IsList(s.row)) p.Set(s.name + ".1", std::string(kMarker));
       return !IsList(s.row);
     }},
    {"holes",
     [](const Subject& s, Params& p) {
       if (!IsList(s.row)) return false;
       SetItem(s, 3, std::string(kMarker), p);
       SetItem(s, 9, "other", p);
       return true;
     }},
    {"huge", [](const Subject& s, Params& p) {
       for (int i = 1; IsList(s.row) && i <= 1000; ++i) SetItem(s, i, std::to_string(i), p);
       return IsList(s.row);
     }}};

// A call of the action that the sample world accepts, or a refused one where it accepts none.
std::map<std::string, Params> BaseCalls() {
  std::map<std::string, std::pair<bool, Params>> calls;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kGolden))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) {
    const auto golden = nlohmann::json::parse(base::ReadFile(file).value());
    const bool accepted = golden.at("status") == 200;
    const std::string action = golden.at("call").at("Action");
    const auto known = calls.find(action);
    if (known != calls.end() && (known->second.first || !accepted)) continue;
    Params params;
    for (const auto& [name, value] : golden.at("call").items())
      params.Set(name, value.get<std::string>());
    calls[action] = {accepted, std::move(params)};
  }
  std::map<std::string, Params> bases;
  for (auto& [action, call] : calls) bases.emplace(action, std::move(call.second));
  return bases;
}

std::set<std::pair<std::string, std::string>> ListedRefusals() {
  std::set<std::pair<std::string, std::string>> listed;
  for (const RefusalRow& row : Refusals())
    listed.emplace(row.action, fmt::format("{} {}", row.status, row.code));
  return listed;
}

class NegativesTest : public testing::Test {
 protected:
  NegativesTest() {
    PutWholeSampleWorld(cloud_);
    PassSampleWorld();
    keys_.AddBuiltIn();
  }

  // What the calls make comes after the objects of the sample world, whose numbers are made up.
  void PassSampleWorld() {
    constexpr std::int64_t kBehind = 2000;
    const auto passed = cloud_.store->Write("", [](Tx& tx) -> Result<void> {
      while (tx.NextSeq() < kBehind) {
      }
      return {};
    });
    EXPECT_TRUE(passed);
  }

  // The outcome of a call whose effect is taken back: "200", or status and code.
  std::string Outcome(const Action& action, const Params& params, const std::string& account) {
    const auto args = Validate(*action.parameters, params);
    if (!args) return Text(args.error());
    const Caller caller{.account = account,
                        .region = params.StringOr("RegionId", ""),
                        .default_region = "cn-hangzhou",
                        .request_id = "negative"};
    const ActionCall call{.caller = caller,
                          .args = *args,
                          .catalogue = cloud_.catalogue,
                          .settings = cloud_.settings};
    const auto takeBack = [](Result<Answer> answer) -> Result<Answer> {
      if (!answer) return answer;
      return Refuse(200, "", "negatives", "");
    };
    const auto answer = action.read != nullptr ? cloud_.store->Read([&](View& view) {
      return takeBack(action.read({call, view}));
    })
                                               : cloud_.store->Write("", [&](Tx& tx) {
                                                   return takeBack(action.write({call, tx}));
                                                 });
    return Text(answer.error());
  }
  static std::string Text(const ApiError& refusal) {
    return std::to_string(refusal.http_status) + (refusal.code.empty() ? "" : " " + refusal.code);
  }

  // The same call as a client makes it: refused alike, nothing changed, the log without values.
  void ExpectRefused(const std::string& action, const Params& params, const std::string& outcome) {
    EXPECT_TRUE(listed_.contains({action, outcome}) || listed_.contains({"*", outcome}))
        << action << " answers " << outcome << ", which actions/refusals.tsv does not list";
    const auto before = cloud_.store->Revision();
    Params query = params;
    query.Set("Format", "JSON");
    query.Set("Action", std::string(ApiName(action)));
    query.Set("Version", std::string(VersionOf(action)));
    const auto response =
        dispatcher_.Handle({.method = "GET", .path = "/", .query = std::move(query)});
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    ASSERT_TRUE(body.is_object()) << action << " answers no JSON for " << outcome;
    EXPECT_EQ(std::to_string(response.status) + " " + body.value("Code", ""), outcome) << action;
    EXPECT_EQ(cloud_.store->Revision(), before) << action << " changed something: " << outcome;
  }

  TestCloud cloud_;
  CatalogueHolder catalogue_{BuiltInCatalogue()};
  Keys keys_;
  Authenticator authenticator_{keys_, SignatureMode::kPresent, cloud_.env};
  AccountLimits limits_;
  Metrics metrics_;
  Coverage coverage_{TestsCoverageLog()};
  Dispatcher dispatcher_{{.env = cloud_.env,
                          .store = *cloud_.store,
                          .catalogue = catalogue_,
                          .authenticator = authenticator_,
                          .limits = limits_,
                          .metrics = metrics_,
                          .coverage = coverage_,
                          .settings = cloud_.settings,
                          .default_region = "cn-hangzhou"}};
  const std::set<std::pair<std::string, std::string>> listed_ = ListedRefusals();
};

// "CreateDisk\tSize\tempty 400 MissingParameter, word 400 …"
std::string LineOf(const std::string& action, const std::string& parameter,
                   const std::vector<std::string>& outcomes) {
  std::string line = action + "\t" + parameter + "\t";
  for (const std::string& outcome : outcomes)
    line += (outcome == outcomes.front() ? "" : ", ") + outcome;
  return line + "\n";
}

TEST_F(NegativesTest, GivenWrongValuesWhenCalledThenTheTablesRefusalsAndNothingElse) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  auto logger = std::make_shared<spdlog::logger>(
      "negatives", std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
  logger->set_level(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));

  std::string table = "action\tparameter\toutcomes\n";
  for (const auto& [name, accepted] : BaseCalls()) {
    const Action& action = *FindAction(name);
    const std::string stranger = Outcome(action, accepted, "stranger");
    table += LineOf(name, "(called from another account)", {stranger});
    for (const Subject& subject : SubjectsOf(action)) {
      std::vector<std::string> outcomes;
      for (const Mutation& mutation : kMutations) {
        Params params = Without(accepted, subject);
        if (!mutation.apply(subject, params)) continue;
        const std::string outcome = Outcome(action, params, "default");
        if (outcome != "200") ExpectRefused(name, params, outcome);
        outcomes.push_back(std::string(mutation.name) + " " + outcome);
      }
      table += LineOf(name, subject.name, outcomes);
    }
  }
  spdlog::set_default_logger(before);
  EXPECT_EQ(log.str().find(kMarker), std::string::npos) << "a value is in the log";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(kTable) << table;
  EXPECT_EQ(base::ReadFile(kTable).value_or(""), table);
}

}  // namespace
}  // namespace cloudapi
