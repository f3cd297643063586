#include "topology/requirement.h"

#include <algorithm>
#include <charconv>

namespace topology {
namespace {

using Terms = std::vector<Labels>;
using Refusal = RequirementRefusal;

// The forms below are Go's %v, in which the provisioner writes its events.
std::string Quoted(const std::string& name) {
  return '"' + name + '"';
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return '[' + text + ']';
}

std::string Listed(const Labels& term) {
  std::vector<std::string> segments;
  for (const auto& [key, value] : term) {
    segments.push_back(std::string("{").append(key).append(" ").append(value).append("}"));
  }
  return Listed(segments);
}

std::string Listed(const Terms& terms) {
  std::vector<std::string> words;
  for (const Labels& term : terms) words.push_back(Listed(term));
  return Listed(words);
}

// The OR of values distributed over the AND of keys.
Terms Flatten(const TopologySelectorTerm& term) {
  Terms flat;
  for (const TopologySelector& selector : term) {
    Terms grown;
    for (const std::string& value : selector.values) {
      if (flat.empty()) grown.push_back({{selector.key, value}});
      for (Labels combined : flat) {
        combined[selector.key] = value;
        grown.push_back(std::move(combined));
      }
    }
    flat = std::move(grown);
  }
  return flat;
}

Terms Flatten(const std::vector<TopologySelectorTerm>& allowed) {
  Terms all;
  for (const TopologySelectorTerm& term : allowed) {
    const Terms flat = Flatten(term);
    all.insert(all.end(), flat.begin(), flat.end());
  }
  return all;
}

void SortUnique(Terms& terms) {
  std::ranges::sort(terms, [](const Labels& a, const Labels& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
}

bool Covers(const Labels& whole, const Labels& part) {
  return std::ranges::all_of(part, [&](const auto& segment) {
    const auto found = whole.find(segment.first);
    return found != whole.end() && found->second == segment.second;
  });
}

// The node's values of the keys; nothing when it lacks one.
std::optional<Labels> TermOf(const Node& node, const std::vector<std::string>& keys) {
  Labels term;
  for (const std::string& key : keys) {
    const auto label = node.labels.find(key);
    if (label == node.labels.end()) return std::nullopt;
    term.insert(*label);
  }
  return term;
}

Terms TermsInCluster(const std::vector<Node>& nodes, const std::vector<std::string>& keys) {
  Terms terms;
  for (const Node& node : nodes) {
    const auto term = TermOf(node, keys);
    if (term && !term->empty()) terms.push_back(*term);
  }
  return terms;
}

// Keys of the drawn CSINode among those that have some.
std::vector<std::string> DrawnKeys(const RequirementWish& wish) {
  std::vector<const Node*> with_keys;
  for (const Node& node : wish.nodes) {
    if (!node.topology_keys.empty()) with_keys.push_back(&node);
  }
  if (with_keys.empty()) return {};
  std::ranges::sort(with_keys, {}, &Node::name);
  return with_keys[wish.keys_from % with_keys.size()]->topology_keys;
}

struct Selected {
  std::vector<std::string> keys;
  Labels term;
};

std::variant<Selected, Refusal> SelectedOf(const RequirementWish& wish) {
  const std::string& name = *wish.selected_node;
  const auto node = std::ranges::find(wish.nodes, name, &Node::name);
  if (node == wish.nodes.end()) {
    return Refusal{.message = "node " + Quoted(name) + " not found", .reschedule = true};
  }
  if (node->topology_keys.empty()) return Refusal{"no topology key found for node " + name};
  auto term = TermOf(*node, node->topology_keys);
  if (!term) {
    return Refusal{
        "topology labels from selected node map[] does not match topology keys from "
        "CSINode " +
        Listed(node->topology_keys)};
  }
  return Selected{node->topology_keys, std::move(*term)};
}

std::variant<Terms, Refusal> StrictTerms(const RequirementWish& wish, const Selected& selected) {
  const auto& allowed = wish.storage_class.allowed_topologies;
  const Terms terms = Flatten(allowed);
  const bool allows = allowed.empty() || std::ranges::any_of(terms, [&](const Labels& term) {
                        return Covers(selected.term, term);
                      });
  if (allows) return Terms{selected.term};
  return Refusal{"selected node '" + Quoted(*wish.selected_node) + "' topology '" +
                 Listed(selected.term) + "' is not in allowed topologies: " + Listed(terms)};
}

// An empty list: CreateVolume gets no requirement.
std::variant<Terms, Refusal> RequisiteTerms(const RequirementWish& wish, const Selected* selected) {
  if (selected != nullptr && wish.strict_topology) return StrictTerms(wish, *selected);
  const auto& allowed = wish.storage_class.allowed_topologies;
  if (!allowed.empty()) return Flatten(allowed);
  if (selected == nullptr && !wish.immediate_topology) return Terms{};
  const auto keys = selected != nullptr ? selected->keys : DrawnKeys(wish);
  if (keys.empty()) return Refusal{"no available topology found"};
  Terms terms = TermsInCluster(wish.nodes, keys);
  if (terms.empty()) {
    return Refusal{"topologyKeys " + Listed(keys) + " were not found on any nodes"};
  }
  return terms;
}

// How far to rotate the sorted terms; nothing when the selected node is in none of them.
std::optional<std::size_t> Rotation(const RequirementWish& wish, const Selected* selected,
                                    const Terms& terms) {
  if (selected != nullptr) {
    const auto covering = std::ranges::find_if(
        terms, [&](const Labels& term) { return Covers(selected->term, term); });
    if (covering == terms.end()) return std::nullopt;
    return static_cast<std::size_t>(covering - terms.begin());
  }
  const ClaimSpread spread =
      wish.claim_name.empty() ? ClaimSpread{.hash = wish.nameless_hash} : SpreadOf(wish.claim_name);
  // The sum wraps at 32 bits, as it does in the provisioner.
  return static_cast<std::uint32_t>(spread.hash + spread.index) % terms.size();
}

}  // namespace

std::variant<std::optional<Requirement>, RequirementRefusal> RequirementFor(
    const RequirementWish& wish) {
  Selected chosen;
  if (wish.selected_node) {
    auto found = SelectedOf(wish);
    if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
    chosen = std::get<Selected>(std::move(found));
  }
  const Selected* selected = wish.selected_node ? &chosen : nullptr;
  auto requisite = RequisiteTerms(wish, selected);
  if (auto* refusal = std::get_if<Refusal>(&requisite)) return std::move(*refusal);
  Terms terms = std::get<Terms>(std::move(requisite));
  if (terms.empty()) return std::optional<Requirement>();
  SortUnique(terms);
  const auto rotation = Rotation(wish, selected, terms);
  if (!rotation) {
    return Refusal{"topology " + Listed(selected->term) + " from selected node " +
                   Quoted(*wish.selected_node) + " is not in requisite: " + Listed(terms)};
  }
  Terms preferred = terms;
  std::rotate(preferred.begin(), preferred.begin() + static_cast<std::ptrdiff_t>(*rotation),
              preferred.end());
  return std::optional<Requirement>({std::move(terms), std::move(preferred)});
}

ClaimSpread SpreadOf(std::string_view claim_name) {
  ClaimSpread spread;
  const auto dash = claim_name.rfind('-');
  if (dash != std::string_view::npos) {
    const std::string_view ordinal = claim_name.substr(dash + 1);
    std::uint32_t number = 0;
    const auto [end, error] =
        std::from_chars(ordinal.data(), ordinal.data() + ordinal.size(), number);
    if (error == std::errc() && end == ordinal.data() + ordinal.size()) {
      spread.index = number;
      claim_name = claim_name.substr(0, dash);
      claim_name.remove_prefix(claim_name.rfind('-') + 1);  // npos + 1 is 0
    }
  }
  constexpr std::uint32_t kOffset = 2166136261U;
  constexpr std::uint32_t kPrime = 16777619U;
  spread.hash = kOffset;
  for (const char byte : claim_name) {
    spread.hash *= kPrime;
    spread.hash ^= static_cast<unsigned char>(byte);
  }
  return spread;
}

}  // namespace topology
