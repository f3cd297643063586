#include "cloudapi/actions/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "common/base/text.h"

namespace cloudapi {

// Validate without what the rows refuse.
Result<Arguments> ReadArguments(const ParameterSet& declared, const Params& params);
// `list`: "NetworkInterface.N." for a row of that list.
Result<void> CheckServed(const Arguments& args, const std::string& list);

namespace {

using Texts = Arguments::Texts;

constexpr std::int64_t kInt32Max = 2147483647;
constexpr std::array<std::string_view, 3> kAddressing = {"ClientToken", "DryRun", "RegionId"};

// A value, or what is wrong with the text, to follow the parameter's name.
template <class T>
using Parsed = tl::expected<T, std::string>;
tl::unexpected<std::string> Wrong(std::string problem) {
  return tl::unexpected<std::string>(std::move(problem));
}

template <class T>
Parsed<T> InRange(const Parameter& row, T number) {
  if (number < static_cast<T>(row.min)) return Wrong(fmt::format("is less than {}", row.min));
  if (number > static_cast<T>(row.max)) return Wrong(fmt::format("is greater than {}", row.max));
  return number;
}

Parsed<std::int64_t> ParseInteger(const Parameter& row, std::string_view text) {
  const auto number = base::ParseNumber<std::int64_t>(text);
  const bool narrow = row.type == ParameterType::kInteger;
  if (!number || (narrow && (*number > kInt32Max || *number < -kInt32Max - 1)))
    return Wrong("is not a whole number in range");
  return InRange(row, *number);
}

Parsed<double> ParseFloat(const Parameter& row, std::string_view text) {
  const auto number = base::ParseNumber<double>(text);
  if (!number || !std::isfinite(*number)) return Wrong("is not a number");
  return InRange(row, *number);
}

Parsed<bool> ParseBoolean(std::string_view text) {
  if (base::EqualNoCase(text, "true")) return true;
  if (base::EqualNoCase(text, "false")) return false;
  return Wrong("is neither true nor false");
}

// The word as the row spells it.
Parsed<std::string> ParseWord(const Parameter& row, std::string_view text) {
  for (const std::string& word : row.words)
    if (base::EqualNoCase(word, text)) return word;
  return Wrong(fmt::format("does not take the value {}", text));
}

template <class T>
Parsed<T> Counted(const Parameter& row, T items) {
  if (row.max != INT64_MAX && static_cast<std::int64_t>(items.size()) > row.max)
    return Wrong(fmt::format("has {} items, {} are allowed", items.size(), row.max));
  return items;
}

Parsed<Texts> ParseJson(const std::string& text) {
  constexpr const char* kProblem = "is not a JSON array of strings";
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return Wrong(kProblem);
  Texts items;
  for (const auto& item : json) {
    if (!item.is_string()) return Wrong(kProblem);
    items.push_back(item.get<std::string>());
  }
  return items;
}

Texts ParseCommas(std::string_view text) {
  Texts items;
  for (const std::string_view item : base::Split(text, ','))
    if (!item.empty()) items.emplace_back(item);
  return items;
}

Parsed<Texts> ParseItems(const Parameter& row, const std::string& text) {
  if (row.form == TextForm::kCommas) return Counted(row, ParseCommas(text));
  auto items = ParseJson(text);
  if (!items && row.form == TextForm::kJsonOrText) items = Texts{text};
  if (!items) return items;
  return Counted(row, std::move(*items));
}

tl::unexpected<ApiError> Missing(const Parameter& row) {
  return Refuse(row.missing.status, row.missing.code, "parameter.required",
                fmt::format("The parameter {} is missing.", row.name), {{row.name, ""}});
}

tl::unexpected<ApiError> Invalid(const Parameter& row, const std::string& problem,
                                 const Params& params) {
  return Refuse(row.invalid.status, row.invalid.code, "parameter.valid",
                fmt::format("The parameter {} {}.", row.name, problem),
                {{row.name, params.StringOr(row.name, "")}});
}

[[noreturn]] void DieOfType(std::string_view name) {
  fmt::print(stderr, "The parameter {} is read as what it is not declared to be.\n", name);
  std::abort();
}

// Some Name.Member that is not empty.
bool HasMember(std::string_view name, const Params& params) {
  const std::string prefix = std::string(name) + ".";
  for (auto at = params.All().lower_bound(prefix);
       at != params.All().end() && base::StartsWithNoCase(at->first, prefix); ++at)
    if (!at->second.empty()) return true;
  return false;
}

using Value = Arguments::Value;

// Whether the values of that row are of type T.
template <class T>
bool Carries(const Parameter& row) {
  const bool plain = row.form == TextForm::kPlain;
  switch (row.type) {
    case ParameterType::kString:
      return plain ? std::is_same_v<T, std::string> : std::is_same_v<T, Texts>;
    case ParameterType::kInteger:
    case ParameterType::kLong: return std::is_same_v<T, std::int64_t>;
    case ParameterType::kFloat: return std::is_same_v<T, double>;
    case ParameterType::kBoolean:
    case ParameterType::kStruct: return std::is_same_v<T, bool>;
    case ParameterType::kRepeatList:
      return row.members.empty() ? std::is_same_v<T, Texts>
                                 : std::is_same_v<T, std::vector<Arguments>>;
  }
  return false;
}

template <class T>
Result<Value> Taken(const Parameter& row, const Params& params, Parsed<T> parsed) {
  if (!parsed) return Invalid(row, parsed.error(), params);
  return Value(std::move(*parsed));
}

Result<Value> ReadList(const Parameter& row, const Params& params) {
  Texts items = params.List(row.name);
  if (items.empty()) return Value();
  return Taken(row, params, Counted(row, std::move(items)));
}

// A structure of empty members is there: a tag's key may be refused for being empty.
Result<Value> ReadStructs(const Parameter& row, const Params& params) {
  if (!params.List(row.name).empty())
    return Invalid(row, "is a list of structures, not of values", params);
  const auto given = params.Structs(row.name);
  if (given.empty()) return Value();
  const auto counted = Counted(row, given);
  if (!counted) return Invalid(row, counted.error(), params);
  std::vector<Arguments> rows;
  for (const Params::Map& members : given) {
    auto read = ReadArguments(row.members.front(), Params(members));
    if (!read) return Fail(read.error());
    rows.push_back(std::move(*read));
  }
  return Value(std::move(rows));
}

Result<Value> ReadText(const Parameter& row, const Params& params, std::string text) {
  switch (row.type) {
    case ParameterType::kInteger:
    case ParameterType::kLong: return Taken(row, params, ParseInteger(row, text));
    case ParameterType::kFloat: return Taken(row, params, ParseFloat(row, text));
    case ParameterType::kBoolean: return Taken(row, params, ParseBoolean(text));
    case ParameterType::kString:
      if (row.form != TextForm::kPlain) return Taken(row, params, ParseItems(row, text));
      if (!row.words.empty()) return Taken(row, params, ParseWord(row, text));
      return Value(std::move(text));
    case ParameterType::kRepeatList:
    case ParameterType::kStruct: break;
  }
  return Value();
}

// The value of a row; std::monostate when it is absent.
Result<Value> ReadValue(const Parameter& row, const Params& params) {
  if (row.type == ParameterType::kRepeatList)
    return row.members.empty() ? ReadList(row, params) : ReadStructs(row, params);
  if (row.type == ParameterType::kStruct)
    return HasMember(row.name, params) ? Value(true) : Value();
  auto text = params.String(row.name);
  return text ? ReadText(row, params, std::move(*text)) : Value();
}

bool Holds(const Value& value) {
  return !std::holds_alternative<std::monostate>(value);
}

// Whether a value asks for anything.
bool Asks(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number != 0;
  if (const auto* number = std::get_if<double>(&value)) return *number != 0;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  return Holds(value);
}

tl::unexpected<ApiError> NotServed(const Parameter& row, const std::string& name) {
  constexpr int kNotFoundStatus = 404;
  const std::string_view what = row.refused.status == kNotFoundStatus
                                    ? "What the parameter {} names does not exist."
                                    : "The parameter {} is not served.";
  return Refuse(row.refused.status, row.refused.code, "parameter.served",
                fmt::format(fmt::runtime(what), name), {{std::string(kRefusedParameter), name}});
}

// "4:size": no text can be taken for two.
void Append(std::string& text, std::string_view part) {
  text += fmt::format("{}:{}", part.size(), part);
}

std::string CanonicalValue(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return fmt::to_string(*number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  std::string text;
  if (const auto* items = std::get_if<Texts>(&value))
    for (const std::string& item : *items) Append(text, item);
  if (const auto* rows = std::get_if<std::vector<Arguments>>(&value))
    for (const Arguments& row : *rows) Append(text, row.Canonical());
  return text;
}

bool IsDeclared(const ParameterSet& declared, std::string_view name) {
  return std::ranges::any_of(declared.Rows(), [name](const Parameter& row) {
    if (!base::StartsWithNoCase(name, row.name)) return false;
    const bool indexed =
        row.type == ParameterType::kRepeatList || row.type == ParameterType::kStruct;
    return name.size() == row.name.size() || (indexed && name[row.name.size()] == '.');
  });
}

}  // namespace

Result<Arguments> ReadArguments(const ParameterSet& declared, const Params& params) {
  Arguments arguments(declared);
  for (std::size_t i = 0; i < declared.Rows().size(); ++i) {
    const Parameter& row = declared.Rows()[i];
    auto value = ReadValue(row, params);
    if (!value) return Fail(value.error());
    if (!Holds(*value) && row.missing.status != 0) return Missing(row);
    arguments.slots_[i] = {.value = std::move(*value),
                           .given = params.Has(row.name),
                           .used = row.effect == Effect::kNone};
  }
  return arguments;
}

Result<void> CheckServed(const Arguments& args, const std::string& list) {
  for (std::size_t i = 0; i < args.slots_.size(); ++i) {
    const Parameter& row = args.declared_->Rows()[i];
    const Value& value = args.slots_[i].value;
    if (row.effect == Effect::kRefused && Asks(value)) return NotServed(row, list + row.name);
    if (const auto* items = std::get_if<std::vector<Arguments>>(&value))
      for (const Arguments& item : *items)
        if (auto served = CheckServed(item, row.name + ".N."); !served) return served;
  }
  return {};
}

Result<Arguments> Validate(const ParameterSet& declared, const Params& params) {
  auto arguments = ReadArguments(declared, params);
  if (!arguments) return arguments;
  if (auto served = CheckServed(*arguments, ""); !served) return Fail(served.error());
  return arguments;
}

template <class T>
const T* Arguments::Get(std::string_view name) const {
  const std::size_t at = declared_->IndexOf(name);
  if (!Carries<T>(declared_->Rows()[at])) DieOfType(name);
  slots_[at].used = true;
  return std::get_if<T>(&slots_[at].value);
}

bool Arguments::IsAddressing(std::string_view name) {
  return std::ranges::any_of(kAddressing,
                             [name](auto word) { return base::EqualNoCase(word, name); });
}

std::optional<std::string> Arguments::Text(std::string_view name) const {
  const auto* text = Get<std::string>(name);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

const std::string& Arguments::TextOrEmpty(std::string_view name) const {
  static const std::string kEmpty;
  const auto* text = Get<std::string>(name);
  return text == nullptr ? kEmpty : *text;
}

std::optional<std::int64_t> Arguments::Integer(std::string_view name) const {
  const auto* number = Get<std::int64_t>(name);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<double> Arguments::Number(std::string_view name) const {
  if (Carries<std::int64_t>(declared_->Rows()[declared_->IndexOf(name)])) {
    const auto whole = Integer(name);
    return whole ? std::optional(static_cast<double>(*whole)) : std::nullopt;
  }
  const auto* number = Get<double>(name);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<bool> Arguments::Boolean(std::string_view name) const {
  const auto* flag = Get<bool>(name);
  return flag == nullptr ? std::nullopt : std::optional(*flag);
}

const Texts& Arguments::List(std::string_view name) const {
  static const Texts kNone;
  const auto* items = Get<Texts>(name);
  return items == nullptr ? kNone : *items;
}

std::optional<Texts> Arguments::Items(std::string_view name) const {
  const auto* items = Get<Texts>(name);
  return items == nullptr ? std::nullopt : std::optional(*items);
}

const std::vector<Arguments>& Arguments::Structs(std::string_view name) const {
  static const std::vector<Arguments> kNone;
  const auto* rows = Get<std::vector<Arguments>>(name);
  return rows == nullptr ? kNone : *rows;
}

bool Arguments::Has(std::string_view name) const {
  const Slot& slot = slots_[declared_->IndexOf(name)];
  slot.used = true;
  return slot.given;
}

bool Arguments::IsUsed(std::size_t position) const {
  const Slot& slot = slots_[position];
  const Parameter& row = declared_->Rows()[position];
  if (!Holds(slot.value)) return false;
  if (slot.used || !row.words.empty() || IsAddressing(row.name)) return true;
  if (row.type != ParameterType::kStruct) return false;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const std::string& name = declared_->Rows()[i].name;
    if (name.starts_with(row.name + ".") && IsUsed(i)) return true;
  }
  return false;
}

void Arguments::EachUsed(const Visit& visit) const {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!IsUsed(i)) continue;
    visit(*declared_, i);
    if (const auto* items = std::get_if<std::vector<Arguments>>(&slots_[i].value))
      for (const Arguments& item : *items) item.EachUsed(visit);
  }
}

std::string Arguments::Canonical() const {
  std::string text;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const std::string& name = declared_->Rows()[i].name;
    if (!Holds(slots_[i].value) || IsAddressing(name)) continue;
    Append(text, name);
    Append(text, CanonicalValue(slots_[i].value));
  }
  return text;
}

std::vector<std::string> Undeclared(const ParameterSet& declared, const Params& params) {
  std::vector<std::string> names;
  for (const auto& [name, value] : params.All())
    if (!IsDeclared(declared, name)) names.push_back(name);
  return names;
}

}  // namespace cloudapi
