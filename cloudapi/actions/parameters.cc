#include "cloudapi/actions/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/base/text.h"

namespace cloudapi {

extern const std::string_view kParametersTsv;  // made by the build
extern const std::string_view kNeighboursTsv;
extern const std::string_view kOtherParametersTsv;

namespace {

constexpr std::pair<std::string_view, ParameterType> kParameterTypes[] = {
    {"String", ParameterType::kString},   {"Integer", ParameterType::kInteger},
    {"Long", ParameterType::kLong},       {"Float", ParameterType::kFloat},
    {"Boolean", ParameterType::kBoolean}, {"RepeatList", ParameterType::kRepeatList},
    {"Struct", ParameterType::kStruct}};
constexpr std::pair<std::string_view, TextForm> kForms[] = {{"", TextForm::kPlain},
                                                            {"json", TextForm::kJson},
                                                            {"json-or-text", TextForm::kJsonOrText},
                                                            {"commas", TextForm::kCommas}};
constexpr std::pair<std::string_view, bool> kRequired[] = {{"yes", true}, {"no", false}};
constexpr std::pair<std::string_view, Effect> kEffects[] = {{"", Effect::kActs},
                                                            {"none", Effect::kNone},
                                                            {"refused", Effect::kRefused},
                                                            {"action", Effect::kRefusedByAction}};

// "CreateDisk Size Integer no …": the columns of one line, absent ones empty.
enum Column {
  kAction,
  kName,
  kType,
  kIsRequired,
  kForm,
  kMin,
  kMax,
  kMissing,
  kInvalid,
  kEffect,
  kColumns
};
using Line = std::vector<std::string_view>;

[[noreturn]] void Die(std::string_view what, std::string_view where) {
  fmt::print(stderr, "parameters.tsv: {}: {}\n", what, where);
  std::abort();
}

Line Split(std::string_view text) {
  Line line = base::Split(text, '\t');
  if (line.size() > kColumns) Die("too many columns", text);
  line.resize(kColumns);
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

// "Disabled|Enabled": the words that are taken; "archive|": only that one. Other texts are the name
// of a form.
std::vector<std::string> WordsIn(std::string_view form) {
  auto words = base::Split(form, '|');
  if (words.size() == 1) return {};
  if (words.back().empty()) words.pop_back();
  return {words.begin(), words.end()};
}

// "404 MissingParameter.Tags".
Refusal RefusalIn(std::string_view text, Refusal absent) {
  if (text.empty()) return absent;
  const auto parts = base::Split(text, ' ');
  if (parts.size() != 2) Die("a status and a code are wanted", text);
  return {.status = static_cast<int>(NumberIn(parts[0], 0)), .code = std::string(parts[1])};
}

Parameter ParameterIn(const Line& line, std::string_view name) {
  const Parameter usual;
  const auto words = WordsIn(line[kForm]);
  // The effect, then its refusal where it has one.
  const std::string_view effect = line[kEffect];
  const auto space = std::min(effect.find(' '), effect.size());
  return {.name = std::string(name),
          .type = WordIn(kParameterTypes, line[kType]),
          .form = words.empty() ? WordIn(kForms, line[kForm]) : TextForm::kPlain,
          .words = words,
          .required = WordIn(kRequired, line[kIsRequired]),
          .min = NumberIn(line[kMin], usual.min),
          .max = NumberIn(line[kMax], usual.max),
          .missing = RefusalIn(line[kMissing], usual.missing),
          .invalid = RefusalIn(line[kInvalid], usual.invalid),
          .effect = WordIn(kEffects, effect.substr(0, space)),
          .refused = space == effect.size() ? Refusal() : RefusalIn(effect.substr(space + 1), {})};
}

using Rows = std::vector<Parameter>;

Parameter& ListNamed(Rows& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Parameter::name);
  if (found != rows.end()) return *found;
  return rows.emplace_back(
      Parameter{.name = std::string(name), .type = ParameterType::kRepeatList});
}

// The rows of an action while they are read: those of its lists' members stand apart, by the list.
struct Draft {
  Rows rows;
  std::map<std::string, Rows, std::less<>> members;
};

void AddMember(Draft& draft, std::string_view list, std::string_view name, const Line& line) {
  ListNamed(draft.rows, list);
  Rows& members = draft.members[std::string(list)];
  if (std::ranges::find(members, name, &Parameter::name) == members.end())
    members.push_back(ParameterIn(line, name));
}

ParameterSet SetOf(Draft draft) {
  for (auto& [list, members] : draft.members)
    ListNamed(draft.rows, list).members = {ParameterSet(std::move(members))};
  return ParameterSet(std::move(draft.rows));
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
  std::map<std::string, Draft, LessNoCase> actions;
  bool heading = true;
  for (const std::string_view text : base::Split(tsv, '\n')) {
    if (std::exchange(heading, false) || text.empty()) continue;
    const Line line = Split(text);
    Draft& draft = actions[std::string(line[kAction])];
    // "Tag.N.Key" and "Filter.1.Key" are members of lists; "SystemDisk.Size" is a name with a dot.
    const Line parts = base::Split(line[kName], '.', 3);
    if (parts.size() == 3) {
      AddMember(draft, parts[0], parts[2], line);
    } else {
      draft.rows.push_back(ParameterIn(line, line[kName]));
    }
  }
  ParameterTable table;
  for (auto& [action, draft] : actions) table.emplace(action, SetOf(std::move(draft)));
  return table;
}

const ParameterTable& NeighbourParameters() {
  static const ParameterTable table = ParseParameters(kNeighboursTsv);
  return table;
}

const ParameterTable& BuiltInParameters() {
  // The rows of one action may be in both.
  static const ParameterTable table =
      ParseParameters(std::string(kParametersTsv) +
                      std::string(kOtherParametersTsv.substr(kOtherParametersTsv.find('\n'))));
  return table;
}

}  // namespace cloudapi
