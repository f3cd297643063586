#pragma once
// Filters → SQL made of fixed fragments; what the caller gave stands only in bound values. Private
// to the read half of the store.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cloudapi/store/reader.h"

namespace cloudapi {

struct Binding {
  std::string name;  // ":zone"
  std::variant<std::int64_t, std::string> value;
};

// The row of `counters` that holds an exact total.
struct CounterKey {
  std::string_view facet;
  std::string value;
};

// Rows of one kind. The first condition given is the most selective one and decides the index.
struct Selection {
  std::string_view kind;      // as stored: "disk"
  std::string from;           // "disks o INDEXED BY disks_zone"; the object's alias is o
  std::string where;          // conditions joined by AND
  std::string seq = "o.seq";  // column that the index delivers in order
  std::vector<Binding> bindings;
  std::optional<CounterKey> counter;
  bool nothing = false;  // matches no row
};

Selection Select(const DiskFilter& filter);
Selection Select(const SnapshotFilter& filter);
Selection Select(const InstanceFilter& filter);

// The statement of a window, beside the selection's bindings: :before, :limit, :offset.
std::string PageSql(const Selection& selection, const Window& window);
std::string CountSql(const Selection& selection);

// "disk" … as the tables spell it.
std::string_view StoredName(Kind kind);
// "disks" …
std::string_view TableOf(Kind kind);
// The GLOB of a pattern in which only '*' is special.
std::string ToGlob(std::string_view pattern);
// A JSON array of strings, for json_each.
std::string ToJsonArray(const std::vector<std::string>& values);

}  // namespace cloudapi
