#include "cloudapi/gateway/faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/products.h"
#include "cloudapi/actions/refusals.h"
#include "cloudapi/gateway/kept_rows.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::size_t kMaxCode = 128;
constexpr std::string_view kUnsaid = "The call was refused by a fault rule.";

bool IsErrorCode(std::string_view code) {
  return !code.empty() && code.size() <= kMaxCode && std::ranges::all_of(code, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

tl::unexpected<ApiError> WrongFault(std::string message) {
  return Refuse(400, "InvalidParameter", "faults.add", std::move(message));
}

const Action* FindServed(std::string_view name) {
  for (const Product& product : Products())
    for (const Action& action : product.actions)
      if (base::EqualNoCase(action.name, name) && IsServed(action)) return &action;
  return nullptr;
}

// The rule as it is kept.
Result<FaultRule> CompleteFault(FaultRule rule) {
  const Action* action = FindServed(rule.action);
  if (action == nullptr) return WrongFault(fmt::format("No action {} is served.", rule.action));
  rule.action = action->name;
  if (!IsErrorCode(rule.code))
    return WrongFault("Code takes at most 128 letters, digits, dots and dashes.");
  const RefusalRow* row = FindRefusal(rule.action, rule.code, rule.status);
  if (row == nullptr && rule.status == 0)
    return WrongFault(fmt::format("{} has no refusal {}; with a Status any code is taken.",
                                  rule.action, rule.code));
  if (rule.status == 0) rule.status = row->status;
  if (rule.status < 400 || rule.status > 599)
    return WrongFault("Status must be between 400 and 599.");
  if (rule.message.empty())
    rule.message = row == nullptr || row->message.empty() ? kUnsaid : row->message;
  if (rule.message.size() > kMaxFaultMessage)
    return WrongFault(fmt::format("Message takes at most {} bytes.", kMaxFaultMessage));
  if (rule.nth < 1 || rule.times < 0)
    return WrongFault("Nth must be positive, and Times must not be negative.");
  return rule;
}

}  // namespace

Result<std::int64_t> Faults::Add(FaultRule rule) {
  auto complete = CompleteFault(std::move(rule));
  if (!complete) return Fail(complete.error());
  const absl::MutexLock lock(&mutex_);
  if (rows_.size() >= kMaxFaults)
    return WrongFault(fmt::format("There are {} fault rules already.", kMaxFaults));
  const std::int64_t last = rows_.empty() ? 0 : rows_.back().rule.id;
  complete->id = std::max(complete->id, last + 1);
  rows_.push_back({.rule = *complete, .request_ids = {}});
  any_ = true;
  return complete->id;
}

bool Faults::Remove(std::int64_t id) {
  const absl::MutexLock lock(&mutex_);
  const auto removed = std::erase_if(rows_, [id](const Row& row) { return row.rule.id == id; });
  any_ = !rows_.empty();
  return removed > 0;
}

void Faults::Forget() {
  const absl::MutexLock lock(&mutex_);
  rows_.clear();
  any_ = false;
}

std::vector<Faults::Row> Faults::All() const {
  const absl::MutexLock lock(&mutex_);
  return rows_;
}

Result<void> Faults::PassRules(const std::string& account, std::string_view action,
                               const std::string& request_id) {
  const absl::MutexLock lock(&mutex_);
  for (Row& row : rows_) {
    const FaultRule& rule = row.rule;
    if (rule.action != action || (!rule.account.empty() && rule.account != account)) continue;
    if (rule.times > 0 && row.hits >= rule.times) continue;
    if (++row.matched < rule.nth) continue;
    ++row.hits;
    row.request_ids.push_back(request_id);
    if (row.request_ids.size() > kFaultRequestIds) row.request_ids.pop_front();
    return Refuse(rule.status, rule.code, kFaultRule, rule.message);
  }
  return {};
}

void WriteMembers(JsonWriter& json, const FaultRule& rule) {
  json.Field("Id", rule.id)
      .Field("Action", rule.action)
      .Field("Account", rule.account)
      .Field("Status", rule.status)
      .Field("Code", rule.code)
      .Field("Message", rule.message)
      .Field("Nth", rule.nth)
      .Field("Times", rule.times);
}

std::string Faults::Text() const {
  JsonWriter json;
  json.BeginArray();
  for (const Row& row : All()) {
    json.BeginObject();
    WriteMembers(json, row.rule);
    json.EndObject();
  }
  json.EndArray();
  return json.Take();
}

void Faults::Restore(const std::string& text) {
  EachKeptRow(text, [this](const nlohmann::json& row) {
    (void)Add({.id = NumberMember(row, "Id", 0),
               .action = TextMember(row, "Action"),
               .account = TextMember(row, "Account"),
               .status = static_cast<int>(NumberMember(row, "Status", 0)),
               .code = TextMember(row, "Code"),
               .message = TextMember(row, "Message"),
               .nth = NumberMember(row, "Nth", 0),
               .times = NumberMember(row, "Times", 0)});
  });
}

}  // namespace cloudapi
