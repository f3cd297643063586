#include "topology/kubernetes.h"

#include <algorithm>

namespace topology {
namespace {

const std::string* Find(const Labels& labels, const std::string& key) {
  const auto label = labels.find(key);
  return label == labels.end() ? nullptr : &label->second;
}

bool Holds(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

bool Matches(const NodeSelectorTerm& term, const Labels& labels) {
  return !term.empty() && std::ranges::all_of(term, [&](const SelectorExpression& expression) {
    return Matches(expression, labels);
  });
}

}  // namespace

bool Matches(const SelectorExpression& expression, const Labels& labels) {
  const std::string* value = Find(labels, expression.key);
  switch (expression.op) {
    case SelectorOperator::kIn: return value != nullptr && Holds(expression.values, *value);
    case SelectorOperator::kNotIn: return value == nullptr || !Holds(expression.values, *value);
    case SelectorOperator::kExists: return value != nullptr;
    case SelectorOperator::kDoesNotExist: return value == nullptr;
  }
  return false;
}

bool Matches(const NodeSelector& selector, const Labels& labels) {
  return std::ranges::any_of(selector.terms,
                             [&](const NodeSelectorTerm& term) { return Matches(term, labels); });
}

bool Allows(const std::vector<TopologySelectorTerm>& allowed, const Labels& labels) {
  const auto meets = [&](const TopologySelector& selector) {
    const std::string* value = Find(labels, selector.key);
    return value != nullptr && Holds(selector.values, *value);
  };
  const auto meets_all = [&](const TopologySelectorTerm& term) {
    return !term.empty() && std::ranges::all_of(term, meets);
  };
  return allowed.empty() || std::ranges::any_of(allowed, meets_all);
}

std::optional<NodeSelector> AffinityOf(const std::vector<Labels>& accessible_topology) {
  if (accessible_topology.empty()) return std::nullopt;
  NodeSelector selector;
  for (const Labels& segments : accessible_topology) {
    NodeSelectorTerm term;
    for (const auto& [key, value] : segments) {
      term.push_back({.key = key, .op = SelectorOperator::kIn, .values = {value}});
    }
    if (!term.empty()) selector.terms.push_back(std::move(term));
  }
  return selector;
}

NodeSelector WithStandardKeys(NodeSelector selector) {
  for (NodeSelectorTerm& term : selector.terms) {
    for (SelectorExpression& expression : term) {
      expression.key = std::string(StandardKey(expression.key));
    }
  }
  return selector;
}

}  // namespace topology
