#pragma once
// Settings that are kept in the database as an array of objects.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace cloudapi {

// Calls visit(row) for each object; a text that is no array has none.
template <class Visit>
void EachKeptRow(const std::string& text, const Visit& visit) {
  const auto rows = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!rows.is_array()) return;
  for (const auto& row : rows)
    if (row.is_object()) visit(row);
}

// The member; what stands for it where it is absent or of another type.
inline std::string TextMember(const nlohmann::json& row, const char* name) {
  return row.contains(name) && row.at(name).is_string() ? row.at(name).get<std::string>() : "";
}
inline std::int64_t NumberMember(const nlohmann::json& row, const char* name,
                                 std::int64_t otherwise) {
  return row.contains(name) && row.at(name).is_number_integer() ? row.at(name).get<std::int64_t>()
                                                                : otherwise;
}

}  // namespace cloudapi
