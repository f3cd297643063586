#pragma once
// A dispatcher over a real store, with a few actions of the test's own beside the table's. For
// tests.
#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/actions/testing/run_action.h"
#include "cloudapi/gateway/dispatch.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {

// What the test's own actions leave and wait for.
struct Stage {
  std::atomic<int> runs = 0;
  absl::Notification entered;
  absl::Notification go;
};
inline Stage* stage = nullptr;

// The parameters of the test's own actions.
inline const ParameterTable& StageParameters() {
  static const ParameterTable table = [] {
    std::string text = "action\tparameter\ttype\trequired\tform\tmin\tmax\tmissing\tinvalid\n";
    for (const std::string action : {"BreakOnce", "Note", "WaitOwnCode", "WaitThenNote"}) {
      text += action + "\tText\tString\tyes\t\t\t\t400 MissingParameter\n";
      text += action + "\tPlace\tString\tno\n";
      text += action + "\tCount\tInteger\tno\n";
      text += action + "\tRegionId\tString\tno\n";
      text += action + "\tDryRun\tBoolean\tno\n";
      text += action + "\tClientToken\tString\tno\n";
      text += action + "\tTag\tRepeatList\tno\n";
      text += action + "\tTag.N.Key\tString\tno\n";
      text += action + "\tTag.N.Value\tString\tno\n";
    }
    text += "PlainNote\tText\tString\tyes\t\t\t\t400 MissingParameter\n";
    text += "BreakReading\tText\tString\tno\n";
    return ParseParameters(text);
  }();
  return table;
}

inline Result<Answer> Note(const WriteCall& call) {
  const std::string& text = call.args.TextOrEmpty("Text");
  if (text == "refuse") return Refuse(403, "NoteRefused", "note.text", "The note is refused.");
  call.tx.SetMeta("note", text);
  return Answer{.members = "\"Run\":" + std::to_string(++stage->runs)};
}

inline Result<Answer> WaitThenNote(const WriteCall& call) {
  if (!stage->entered.HasBeenNotified()) stage->entered.Notify();
  stage->go.WaitForNotification();
  return Note(call);
}

inline Result<Answer> BreakOnce(const WriteCall& call) {
  call.tx.SetMeta("note", "half done");
  if (++stage->runs == 1) return Answer{.members = std::vector<std::string>().at(0)};
  return Note(call);
}

inline Result<Answer> BreakReading(const ReadCall&) {
  return Answer{.members = std::vector<std::string>().at(0)};
}

inline const Action* FindStaged(std::string_view version, std::string_view name) {
  static const std::vector<Action> actions = [] {
    std::vector<Action> rows = {{.name = "Note", .write = Note, .token_ignored_with = "Place"},
                                {.name = "PlainNote", .write = Note},
                                {.name = "WaitThenNote", .write = WaitThenNote},
                                {.name = "WaitOwnCode",
                                 .write = WaitThenNote,
                                 .token_in_flight_code = "IdempotentProcessing"},
                                {.name = "BreakOnce", .write = BreakOnce},
                                {.name = "BreakReading", .read = BreakReading}};
    for (Action& row : rows) row.parameters = &StageParameters().at(std::string(row.name));
    return rows;
  }();
  const auto found = std::ranges::find(actions, name, &Action::name);
  return found == actions.end() ? FindActionOf(version, name) : &*found;
}

inline std::string CodeOf(const HttpResponse& response) {
  const auto at = response.body.find("\"Code\":\"");
  if (at == std::string::npos) return response.status == 200 ? "" : response.body;
  const auto start = at + 8;
  return response.body.substr(start, response.body.find('"', start) - start);
}

// The answer without its RequestId, which differs in each.
inline std::string RestOf(const HttpResponse& response) {
  return response.body.substr(std::min(response.body.find(','), response.body.size()));
}

class DispatchTest : public testing::Test {
 protected:
  DispatchTest() { stage = &stage_; }
  ~DispatchTest() override { stage = nullptr; }

  HttpResponse Call(const std::string& action, Params params = {}) {
    params.Set("Action", action);
    if (!params.Has("Format")) params.Set("Format", "JSON");
    return dispatcher_.Handle({.method = "GET", .path = "/", .query = std::move(params)});
  }
  HttpResponse CallNote(const std::string& text, const std::string& token) {
    return Call("Note", Params({{"Text", text}, {"ClientToken", token}}));
  }
  static Keys BuiltIn() {
    Keys keys;
    keys.AddBuiltIn();
    return keys;
  }
  std::string Kept() { return store_->Meta("note").value_or(""); }

  Stage stage_;
  FakeEnv env_;
  TempFolder folder_;
  std::unique_ptr<Store> store_ = OpenStore(folder_.path(), env_, {.durability = Durability::kOff});
  CatalogueHolder catalogue_{BuiltInCatalogue()};
  Keys keys_ = BuiltIn();
  Authenticator authenticator_{keys_, SignatureMode::kPresent, env_};
  AccountLimits limits_;
  Metrics metrics_;
  Coverage coverage_{TestsCoverageLog()};
  Dispatcher dispatcher_{{.env = env_,
                          .store = *store_,
                          .catalogue = catalogue_,
                          .authenticator = authenticator_,
                          .limits = limits_,
                          .metrics = metrics_,
                          .coverage = coverage_,
                          .settings = {.endpoint_host = "127.0.0.1:1"},
                          .default_region = "cn-hangzhou",
                          .find_action = FindStaged}};
};

}  // namespace cloudapi
