#include "cloudapi/actions/coverage.h"

#include <fmt/format.h>

#include <fstream>

#include "cloudapi/actions/refusals.h"
#include "common/base/text.h"

namespace cloudapi {

extern const std::string_view kCoverageTsv;  // made by the build

namespace {

constexpr std::string_view kParameter = "parameter";
constexpr std::string_view kRefusal = "refusal";
constexpr std::string_view kFault = "fault";

// (action, kind, name) of coverage.tsv, and its proof.
using Proofs = std::map<std::array<std::string, 3>, std::string>;

Proofs ReadProofs() {
  Proofs proofs;
  for (const std::string_view line : base::Split(kCoverageTsv, '\n')) {
    const auto columns = base::Split(line, '\t');
    if (columns.size() != 4 || columns[0] == "action") continue;
    proofs[{std::string(columns[0]), std::string(columns[1]), std::string(columns[2])}] =
        columns[3];
  }
  return proofs;
}

std::string RowText(std::string_view action, std::string_view kind, std::string_view name) {
  return fmt::format("{}\t{}\t{}", action, kind, name);
}

}  // namespace

Coverage::Coverage(OnFirst on_first) : on_first_(std::move(on_first)) {
  for (const auto& [action, set] : BuiltInParameters()) Declare(action, "", set);
  for (const auto& [action, set] : NeighbourParameters()) Declare(action, "", set);
}

// The rows of a set stand one after another, so that its first counter and a position find one.
void Coverage::Declare(const std::string& action, const std::string& prefix,
                       const ParameterSet& set) {
  first_of_[&set] = parameters_.size();
  for (const Parameter& row : set.Rows()) {
    if (row.refused.status != 0) refusing_[{action, prefix + row.name}] = parameters_.size();
    parameters_.push_back(std::make_unique<Counter>());
    parameters_.back()->action = action;
    parameters_.back()->name = prefix + row.name;
    parameters_.back()->refused = row.refused;
  }
  for (const Parameter& row : set.Rows())
    if (!row.members.empty()) Declare(action, prefix + row.name + ".N.", row.members.front());
}

void Coverage::Count(Counter& counter) {
  if (counter.calls.fetch_add(1, std::memory_order_relaxed) == 0 && on_first_)
    on_first_(RowText(counter.action, kParameter, counter.name));
}

void Coverage::Accepted(const Arguments& args) {
  // Rows of one set come in runs: its first counter is looked up once a run.
  const ParameterSet* set = nullptr;
  auto first = first_of_.end();
  args.EachUsed([&](const ParameterSet& declared, std::size_t position) {
    if (set != &declared) first = first_of_.find(&declared);
    set = &declared;
    if (first == first_of_.end()) return;
    Count(*parameters_[first->second + position]);
  });
}

void Coverage::CountRefused(std::string_view action, const ApiError& refusal) {
  for (const Fact& fact : refusal.facts) {
    if (fact.name != kRefusedParameter) continue;
    const auto found = refusing_.find({std::string(action), fact.value});
    if (found == refusing_.end()) continue;
    Counter& counter = *parameters_[found->second];
    if (counter.refused.status == refusal.http_status && counter.refused.code == refusal.code)
      Count(counter);
  }
}

void Coverage::Refused(std::string_view action, const ApiError& refusal) {
  const bool by_rule = refusal.rule == kFaultRule;
  CountRefused(action, refusal);
  if (by_rule) {
    const RefusalRow* row = FindRefusal(action, refusal.code, refusal.http_status);
    if (row == nullptr || row->how != kByRule) return;
  }
  const std::array key = {std::string(action), std::string(by_rule ? kFault : kRefusal),
                          fmt::format("{} {}", refusal.http_status, refusal.code)};
  const absl::MutexLock lock(&mutex_);
  if (++refusals_[key] == 1 && on_first_) on_first_(RowText(key[0], key[1], key[2]));
}

std::vector<Coverage::Row> Coverage::Rows() const {
  const Proofs proofs = ReadProofs();
  std::map<std::array<std::string, 3>, std::uint64_t> calls;
  for (const auto& [key, proof] : proofs) calls[key] = 0;
  for (const auto& counter : parameters_)
    calls[{counter->action, std::string(kParameter), counter->name}] = counter->calls;
  {
    const absl::MutexLock lock(&mutex_);
    for (const auto& [key, count] : refusals_)
      calls[{key[0], std::string(kRefusal), key[2]}] += count;
  }
  std::vector<Row> rows;
  for (const auto& [key, count] : calls) {
    const auto proof = proofs.find(key);
    rows.push_back({.action = key[0],
                    .kind = key[1],
                    .name = key[2],
                    .calls = count,
                    .proof = proof == proofs.end() ? "" : proof->second});
  }
  return rows;
}

Coverage::OnFirst AppendRowsTo(const std::string& file) {
  if (file.empty()) return {};
  return [file](const std::string& row) { std::ofstream(file, std::ios::app) << row + "\n"; };
}

}  // namespace cloudapi
