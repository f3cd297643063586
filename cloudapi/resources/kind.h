#pragma once
// What is known about one kind of object, as one row: its table and columns, its indexes, what is
// counted, and the JSON that Describe answers. Storage, listings, tags, metrics and the change
// stream walk these rows; a new kind is a new row and its name in kinds.h.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "cloudapi/base/env.h"
#include "cloudapi/resources/words.h"

namespace cloudapi {

// A stored value: NULL, number or text. The text lives as long as the object that it came from.
using Cell = std::variant<std::monostate, std::int64_t, std::string_view>;

inline Cell ToCell(const std::string& text) {
  return std::string_view(text);
}
inline Cell ToCell(SysMillis time) {
  return std::int64_t{time.time_since_epoch().count()};
}
inline Cell ToCell(const std::optional<SysMillis>& time) {
  return time ? ToCell(*time) : Cell();
}
template <class T>
requires std::is_integral_v<T> Cell ToCell(T number) {
  return static_cast<std::int64_t>(number);
}
template <class E>
requires std::is_enum_v<E> Cell ToCell(E value) {
  return WordOf(value);
}

inline void FromCell(const Cell& cell, std::string& text) {
  text = std::get<std::string_view>(cell);
}
inline void FromCell(const Cell& cell, SysMillis& time) {
  time = SysMillis(std::chrono::milliseconds(std::get<std::int64_t>(cell)));
}
inline void FromCell(const Cell& cell, std::optional<SysMillis>& time) {
  time.reset();
  if (std::holds_alternative<std::int64_t>(cell)) FromCell(cell, time.emplace());
}
template <class T>
requires std::is_integral_v<T>
void FromCell(const Cell& cell, T& number) {
  number = static_cast<T>(std::get<std::int64_t>(cell));
}
// The table's CHECK admits the words of the enumeration only.
template <class E>
requires std::is_enum_v<E>
void FromCell(const Cell& cell, E& value) {
  value = EnumOf<E>(std::get<std::string_view>(cell)).value();
}

enum class Storage { kText, kNumber, kOptionalNumber };

// A member of the object and its column: the one place that knows, for CREATE TABLE, INSERT, UPDATE
// and SELECT alike.
template <class T>
struct Column {
  std::string_view name;
  bool fixed =
      false;  // never changes after the insert, so UPDATE leaves it (and its indexes) alone
  Storage storage = Storage::kText;
  std::string_view check = {};                   // SQL that holds for the column: "> 0"
  std::span<const std::string_view> words = {};  // the only texts that it takes; empty: any
  Cell (*get)(const T&) = nullptr;
  void (*set)(T&, const Cell&) = nullptr;
};

namespace internal {
template <class M>
struct MemberPointer;
template <class T, class V>
struct MemberPointer<V T::*> {
  using Object = T;
  using Value = V;
};
}  // namespace internal

// The column of a member: Col<&Disk::zone>("zone").
template <auto kMember>
constexpr auto Col(std::string_view name, std::string_view check = {}) {
  using Object = typename internal::MemberPointer<decltype(kMember)>::Object;
  using Value = typename internal::MemberPointer<decltype(kMember)>::Value;
  Column<Object> column{
      .name = name,
      .check = check,
      .get = [](const Object& object) { return ToCell(object.*kMember); },
      .set = [](Object& object, const Cell& cell) { FromCell(cell, object.*kMember); }};
  if constexpr (std::is_enum_v<Value>) {
    column.words = kWordTexts<Value>;
  } else if constexpr (std::is_same_v<Value, std::optional<SysMillis>>) {
    column.storage = Storage::kOptionalNumber;
  } else if constexpr (!std::is_same_v<Value, std::string>) {
    column.storage = Storage::kNumber;
  }
  return column;
}
// A column that keeps the value of the insert.
template <auto kMember>
constexpr auto Fixed(std::string_view name, std::string_view check = {}) {
  auto column = Col<kMember>(name, check);
  column.fixed = true;
  return column;
}

// An index on (account, region, column), named TABLE_NAME; without column on (account, region).
struct Index {
  std::string_view name;
  std::string_view column = {};
  bool only_filled = false;  // holds only rows whose column is not ''
};

// A column that is added up over the objects, for each value of another one.
struct Sum {
  std::string_view column;
  std::string_view by;
};

// Which object an id is of, for whoever does not know the type.
struct KindInfo {
  std::string_view name;           // "disk": change records, tags, counters, metrics
  std::string_view table;          // "disks"
  std::string_view id_prefix;      // "d-"
  std::string_view tag_type = {};  // ResourceType of the tag actions; empty: carries no tags
  std::span<const Index> indexes;
  // Columns of few values. The objects of each combination of their values are counted exactly and
  // found by the index TABLE_facets, whichever of the columns a listing asks for.
  std::span<const std::string_view> facets;
  std::span<const Sum> sums = {};  // and those that are added up
};

template <class T>
struct Kind : KindInfo {
  std::span<const Column<T>> columns;  // in the order of SELECT; tags and document not among them
  // The JSON object that Describe answers, built once when the object is written. Every member that
  // the API documents is present; what is unset is an empty text.
  // Source: ECS API reference, response parameters of the kind's Describe action.
  std::string (*document)(const T&) = nullptr;

  const Column<T>& ColumnOf(std::string_view column) const {
    for (const Column<T>& row : columns) {
      if (row.name == column) return row;
    }
    return columns.front();
  }
};

// The row of a kind; specialised for each type of kinds.h.
template <class T>
const Kind<T>& KindOf();

}  // namespace cloudapi
