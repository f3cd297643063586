#include "e2e/harness/refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/base/files.h"
#include "common/base/text.h"

namespace e2e {
namespace {

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string InXml(const nlohmann::ordered_json& members) {
  std::string xml = R"(<?xml version="1.0" encoding="UTF-8"?><Error>)";
  for (const auto& [name, value] : members.items())
    xml += fmt::format("<{0}>{1}</{0}>", name, Escaped(value.get<std::string>()));
  return xml + "</Error>";
}

}  // namespace

HttpAnswer ParseAnswer(const std::string& bytes) {
  HttpAnswer answer;
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.status = std::atoi(bytes.substr(std::string("HTTP/1.1 ").size(), 3).c_str());
  answer.body = bytes.substr(end + 4);
  for (auto line = bytes.find("\r\n") + 2; line < end;) {
    const auto next = bytes.find("\r\n", line);
    const auto colon = bytes.find(": ", line);
    auto name = bytes.substr(line, colon - line);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = bytes.substr(colon + 2, next - colon - 2);
    line = next + 2;
  }
  return answer;
}

std::string ToText(const HttpAnswer& answer) {
  std::string text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\n";
  return text + "\n" + answer.body;
}

std::string BodyOf(const Refusal& refusal, const std::string& request_id, const std::string& host) {
  const nlohmann::ordered_json members{
      {"RequestId", request_id},
      {"HostId", host},
      {"Code", refusal.code},
      {"Message", refusal.message},
      {"Recommend",
       fmt::format("https://api.alibabacloud.com/troubleshoot?q={}&product=Ecs", refusal.code)}};
  return refusal.xml ? InXml(members) : members.dump();
}

HttpAnswer AnswerOf(const Refusal& refusal, const std::string& request_id,
                    const std::string& host) {
  HttpAnswer answer{.status = refusal.status, .body = BodyOf(refusal, request_id, host)};
  answer.headers = {
      {"connection", "close"},
      {"content-length", std::to_string(answer.body.size())},
      {"content-type", refusal.xml ? "text/xml;charset=utf-8" : "application/json;charset=utf-8"},
      {"x-acs-request-id", request_id}};
  return answer;
}

std::vector<ListedRefusal> ListedRefusals() {
  std::vector<ListedRefusal> rows;
  const std::string table =
      base::ReadFile(ZONEDISK_SOURCE "/cloudapi/actions/refusals.tsv").value_or("");
  for (const auto line : base::Split(table, '\n')) {
    const auto columns = base::Split(line, '\t');
    if (columns.size() != 4 || columns[0] == "action") continue;
    const auto outcome = base::Split(columns[1], ' ', 2);
    rows.push_back({.action = std::string(columns[0]),
                    .status = std::atoi(std::string(outcome.at(0)).c_str()),
                    .code = std::string(outcome.at(1)),
                    .how = std::string(columns[2]),
                    .message = std::string(columns[3])});
  }
  return rows;
}

}  // namespace e2e
