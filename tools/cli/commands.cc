#include "tools/cli/commands.h"

#include <charconv>

#include "common/base/text.h"
#include "tools/cli/arguments.h"
#include "tools/cli/table.h"

namespace zonedisk {
namespace {

std::string Pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

// Words of the command line may be no UTF-8; such bytes are replaced, not thrown at us.
std::string Compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Members of one object, a line each.
std::string Facts(const Json& object) {
  std::vector<Row> rows;
  for (const auto& [name, value] : object.items()) rows.push_back({name, Plain(value)});
  return FormatTable({"NAME", "VALUE"}, rows);
}

// "5" is a number, "off" a word.
Json NumberOrWord(const std::string& text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end ? Json(number) : Json(text);
}

// The objects of the answer's list, a line each.
Output ListOutput(const Json& answer, const std::string& list, const std::vector<Column>& columns,
                  Format format) {
  if (format == Format::kJson || !answer.is_object()) return Output{Pretty(answer)};
  return Output{TableOf(columns, answer.value(list, std::vector<Json>()))};
}

Output ThrottlesOutput(const Json& answer, Format format) {
  return ListOutput(answer, "throttles",
                    {{"ACCOUNT", "Account"},
                     {"ACTION", "Action"},
                     {"BURST", "Burst"},
                     {"PER MINUTE", "PerMinute"}},
                    format);
}

Output FaultsOutput(const Json& answer, Format format) {
  return ListOutput(answer, "faults",
                    {{"ID", "Id"},
                     {"ACCOUNT", "Account"},
                     {"ACTION", "Action"},
                     {"STATUS", "Status"},
                     {"CODE", "Code"},
                     {"NTH", "Nth"},
                     {"TIMES", "Times"},
                     {"HITS", "Hits"}},
                    format);
}

Result<Json> LabJson(CloudClient& cloud, const std::string& method, const std::string& path,
                     const std::string& body = "") {
  const auto answer = cloud.Lab(method, path, body);
  if (!answer) return Fail(answer.error());
  return ParseJson(*answer);
}

}  // namespace

Result<Output> List(CloudClient& cloud, const Listing& listing,
                    const std::vector<std::string>& filters, Format format) {
  const auto parameters = ParseAssignments(filters);
  if (!parameters) return Fail(parameters.error());
  const Describe describe = [&](const ecs::Parameters& page) -> Result<Json> {
    const auto answer = cloud.Call(std::string(listing.action), page);
    if (!answer) return Fail(answer.error());
    return ParseJson(*answer);
  };
  const auto rows = AllRows(listing, *parameters, describe);
  if (!rows) return Fail(rows.error());
  return Output{format == Format::kJson ? Pretty(Json(*rows)) : TableOf(listing.columns, *rows)};
}

Result<Output> CallAction(CloudClient& cloud, const std::string& action,
                          const std::vector<std::string>& assignments) {
  const auto parameters = ParseAssignments(assignments);
  if (!parameters) return Fail(parameters.error());
  const auto answer = cloud.Call(action, *parameters);
  if (!answer) return Fail(answer.error());
  const auto json = ParseJson(*answer);
  // Format=XML was asked for: shown as it came.
  return Output{json ? Pretty(*json) : *answer + '\n'};
}

Result<Output> AddInstance(CloudClient& cloud, const NewInstance& instance, Format format) {
  Json body = {{"ZoneId", instance.zone},
               {"InstanceType", instance.type},
               {"AccessKeyId", cloud.AccessKeyId()}};
  if (!instance.id.empty()) body["InstanceId"] = instance.id;
  if (!instance.name.empty()) body["InstanceName"] = instance.name;
  const auto answer = LabJson(cloud, "POST", "instances", Compact(body));
  if (!answer) return Fail(answer.error());
  const std::string id = answer->is_object() ? Plain(answer->value("InstanceId", Json(""))) : "";
  return Output{format == Format::kJson ? Pretty(*answer) : id + '\n'};
}

Result<Output> RemoveInstance(CloudClient& cloud, const std::string& id) {
  const auto answer = cloud.Lab("DELETE", "instances/" + base::PercentEncode(id) + "?AccessKeyId=" +
                                              base::PercentEncode(cloud.AccessKeyId()));
  if (!answer) return Fail(answer.error());
  return Output{};
}

Output ClockOutput(const Json& state, Format format) {
  Output output;
  if (format == Format::kJson || !state.is_object()) {
    output.text = Pretty(state);
  } else {
    output.text = Plain(state.value("now", Json(""))) + "  " +
                  Plain(state.value("mode", Json(""))) + ", offset " +
                  Plain(state.value("offset_seconds", Json(0))) + " s\n";
  }
  if (!state.is_object() || state.value("settled", Json(true)) != Json(false)) return output;
  output.code = ExitCode::kRefused;
  output.note = "not settled, still pending:";
  for (const Json& pending : state.value("pending", Json::array())) {
    output.note += "\n  " + Plain(pending);
  }
  return output;
}

Result<Output> Clock(CloudClient& cloud, const std::optional<Json>& change, Format format) {
  const auto state =
      change ? LabJson(cloud, "POST", "clock", Compact(*change)) : LabJson(cloud, "GET", "clock");
  if (!state) return Fail(state.error());
  return ClockOutput(*state, format);
}

Result<Output> QuotasOf(CloudClient& cloud, const std::vector<std::string>& changes,
                        Format format) {
  const auto assignments = ParseAssignments(changes);
  if (!assignments) return Fail(assignments.error());
  Json wanted = Json::object();
  for (const auto& [name, value] : *assignments) wanted[name] = NumberOrWord(value);
  const std::string& key = cloud.AccessKeyId();
  const auto answer =
      changes.empty()
          ? LabJson(cloud, "GET", "quotas?AccessKeyId=" + base::PercentEncode(key))
          : LabJson(cloud, "POST", "quotas", Compact({{"AccessKeyId", key}, {"Quotas", wanted}}));
  if (!answer) return Fail(answer.error());
  if (format == Format::kJson || !answer->is_object()) return Output{Pretty(*answer)};
  return Output{Facts(answer->value("Quotas", Json::object()))};
}

Result<Output> ShowThrottles(CloudClient& cloud, Format format) {
  const auto answer = LabJson(cloud, "GET", "throttles");
  if (!answer) return Fail(answer.error());
  return ThrottlesOutput(*answer, format);
}

Result<Output> SetThrottle(CloudClient& cloud, const NewThrottle& throttle, Format format) {
  Json body = Json::object();
  if (!throttle.all_accounts) body["AccessKeyId"] = cloud.AccessKeyId();
  if (!throttle.action.empty()) body["Action"] = throttle.action;
  if (throttle.off) {
    body["Off"] = true;
  } else {
    body["Burst"] = throttle.burst;
    body["PerMinute"] = throttle.per_minute;
  }
  const auto answer = LabJson(cloud, "POST", "throttles", Compact(body));
  if (!answer) return Fail(answer.error());
  return ThrottlesOutput(*answer, format);
}

Result<Output> ShowFaults(CloudClient& cloud, Format format) {
  const auto answer = LabJson(cloud, "GET", "faults");
  if (!answer) return Fail(answer.error());
  return FaultsOutput(*answer, format);
}

Result<Output> AddFault(CloudClient& cloud, const NewFault& fault, Format format) {
  Json body = {
      {"Action", fault.action}, {"Code", fault.code}, {"Nth", fault.nth}, {"Times", fault.times}};
  if (!fault.all_accounts) body["AccessKeyId"] = cloud.AccessKeyId();
  if (fault.status) body["Status"] = *fault.status;
  if (!fault.message.empty()) body["Message"] = fault.message;
  const auto answer = LabJson(cloud, "POST", "faults", Compact(body));
  if (!answer) return Fail(answer.error());
  return FaultsOutput(*answer, format);
}

Result<Output> RemoveFaults(CloudClient& cloud, const std::string& id, Format format) {
  const auto answer =
      LabJson(cloud, "DELETE", id.empty() ? "faults" : "faults/" + base::PercentEncode(id));
  if (!answer) return Fail(answer.error());
  return FaultsOutput(*answer, format);
}

Result<Output> Reset(CloudClient& cloud, bool force) {
  const auto answer = cloud.Lab("POST", force ? "reset?force=true" : "reset");
  if (!answer) return Fail(answer.error());
  return Output{};
}

Result<Output> ServerFacts(CloudClient& cloud, Format format) {
  const auto facts = LabJson(cloud, "GET", "info");
  if (!facts) return Fail(facts.error());
  if (format == Format::kJson || !facts->is_object()) return Output{Pretty(*facts)};
  return Output{Facts(*facts)};
}

}  // namespace zonedisk
