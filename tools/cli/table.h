#pragma once
// Plain-text tables for a terminal.
#include <string>
#include <string_view>
#include <vector>

namespace zonedisk {

using Row = std::vector<std::string>;

// Columns that a terminal needs for UTF-8 text: one per character, two for wide ones (Chinese,
// Japanese, Korean), none for combining marks.
std::size_t DisplayWidth(std::string_view text);

// Header and rows, columns padded to their widest cell and two blanks apart, no blanks at line
// ends. Missing cells are empty. Control characters are shown as "?", so that a name cannot move
// the cursor.
std::string FormatTable(const Row& header, const std::vector<Row>& rows);

}  // namespace zonedisk
