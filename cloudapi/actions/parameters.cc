#include "cloudapi/actions/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

namespace cloudapi {

extern const std::string_view kParametersTsv;  // made by the build

namespace {

constexpr std::pair<std::string_view, ParameterType> kTypes[] = {
    {"String", ParameterType::kString},   {"Integer", ParameterType::kInteger},
    {"Long", ParameterType::kLong},       {"Float", ParameterType::kFloat},
    {"Boolean", ParameterType::kBoolean}, {"RepeatList", ParameterType::kRepeatList},
    {"Struct", ParameterType::kStruct}};
constexpr std::pair<std::string_view, TextForm> kForms[] = {{"", TextForm::kPlain},
                                                            {"json", TextForm::kJson},
                                                            {"json-or-text", TextForm::kJsonOrText},
                                                            {"commas", TextForm::kCommas}};
constexpr std::pair<std::string_view, bool> kRequired[] = {{"yes", true}, {"no", false}};

// "CreateDisk Size Integer no …": the columns of one line, absent ones empty.
enum Column { kAction, kName, kType, kIsRequired, kForm, kMin, kMax, kMissing, kInvalid, kColumns };
using Line = std::array<std::string_view, kColumns>;

[[noreturn]] void Die(std::string_view what, std::string_view where) {
  fmt::print(stderr, "parameters.tsv: {}: {}\n", what, where);
  std::abort();
}

Line Split(std::string_view text) {
  Line line;
  for (std::string_view& column : line) {
    const auto tab = text.find('\t');
    column = text.substr(0, tab);
    text = tab == std::string_view::npos ? std::string_view() : text.substr(tab + 1);
  }
  if (!text.empty()) Die("too many columns", line[kName]);
  return line;
}

template <class Pairs>
auto WordIn(const Pairs& pairs, std::string_view word) {
  const auto* found = std::ranges::find(pairs, word, [](const auto& pair) { return pair.first; });
  if (found == std::end(pairs)) Die("no such word", word);
  return found->second;
}

std::int64_t NumberIn(std::string_view text, std::int64_t absent) {
  return text.empty() ? absent : std::stoll(std::string(text));
}

// "404 MissingParameter.Tags".
Refusal RefusalIn(std::string_view text, Refusal absent) {
  if (text.empty()) return absent;
  const auto space = text.find(' ');
  if (space == std::string_view::npos) Die("a status and a code are wanted", text);
  return {.status = static_cast<int>(NumberIn(text.substr(0, space), 0)),
          .code = std::string(text.substr(space + 1))};
}

Parameter ParameterIn(const Line& line, std::string_view name) {
  const Parameter usual;
  return {.name = std::string(name),
          .type = WordIn(kTypes, line[kType]),
          .form = WordIn(kForms, line[kForm]),
          .required = WordIn(kRequired, line[kIsRequired]),
          .min = NumberIn(line[kMin], usual.min),
          .max = NumberIn(line[kMax], usual.max),
          .missing = RefusalIn(line[kMissing], usual.missing),
          .invalid = RefusalIn(line[kInvalid], usual.invalid)};
}

// "Tag.N.Key" and "Filter.1.Key" are members of lists; "SystemDisk.Size" is a name with a dot.
struct MemberName {
  std::string_view list;
  std::string_view member;
};
std::optional<MemberName> MemberIn(std::string_view name) {
  const auto first = name.find('.');
  const auto second = name.find('.', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  return MemberName{.list = name.substr(0, first), .member = name.substr(second + 1)};
}

using Rows = std::vector<Parameter>;

Parameter& ListNamed(Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Parameter::name);
  if (found != rows.end()) return *found;
  return rows.emplace_back(
      Parameter{.name = std::string(name), .type = ParameterType::kRepeatList});
}

void AddMember(Rows& rows, const MemberName& name, const Line& line) {
  Parameter& list = ListNamed(rows, name.list);
  Rows members = list.members.empty() ? Rows() : list.members.front().Rows();
  if (std::ranges::find(members, name.member, &Parameter::name) != members.end()) return;
  members.push_back(ParameterIn(line, name.member));
  list.members = {ParameterSet(std::move(members))};
}

}  // namespace

ParameterSet::ParameterSet(std::vector<Parameter> rows)
    : rows_(std::move(rows)), by_name_(rows_.size()) {
  for (std::size_t i = 0; i < by_name_.size(); ++i) by_name_[i] = i;
  std::ranges::sort(by_name_, {},
                    [this](std::size_t i) { return std::string_view(rows_[i].name); });
}

bool ParameterSet::Declares(std::string_view name) const {
  return std::ranges::find(rows_, name, &Parameter::name) != rows_.end();
}

std::size_t ParameterSet::IndexOf(std::string_view name) const {
  const auto at = std::ranges::lower_bound(
      by_name_, name, {}, [this](std::size_t i) { return std::string_view(rows_[i].name); });
  if (at == by_name_.end() || rows_[*at].name != name) Die("the action does not declare", name);
  return *at;
}

ParameterTable ParseParameters(std::string_view tsv) {
  std::map<std::string, Rows, LessNoCase> actions;
  bool heading = true;
  while (!tsv.empty()) {
    const auto end = tsv.find('\n');
    const Line line = Split(tsv.substr(0, end));
    tsv = end == std::string_view::npos ? std::string_view() : tsv.substr(end + 1);
    if (std::exchange(heading, false) || line[kAction].empty()) continue;
    Rows& rows = actions[std::string(line[kAction])];
    if (const auto member = MemberIn(line[kName])) {
      AddMember(rows, *member, line);
    } else {
      rows.push_back(ParameterIn(line, line[kName]));
    }
  }
  ParameterTable table;
  for (auto& [action, rows] : actions) table.emplace(action, ParameterSet(std::move(rows)));
  return table;
}

const ParameterTable& BuiltInParameters() {
  static const ParameterTable table = ParseParameters(kParametersTsv);
  return table;
}

}  // namespace cloudapi
