#include "tools/cli/table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace zonedisk {
namespace {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};

// How many bytes a sequence with this lead has; 1 for a lead that is none.
std::size_t SequenceLength(unsigned char lead) {
  if (lead >= 0xC0U && lead < 0xE0U) return 2;
  if (lead >= 0xE0U && lead < 0xF0U) return 3;
  if (lead >= 0xF0U && lead < 0xF8U) return 4;
  return 1;
}

// Bytes that are no valid UTF-8 count as one character each.
CodePoint Decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = SequenceLength(lead);
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t value = lead & (0xFFU >> (length + 1));
  for (const char next : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(next);
    if ((byte & 0xC0U) != 0x80U) return {lead, 1};
    value = (value << 6U) | (byte & 0x3FU);
  }
  return {value, length};
}

using Range = std::pair<std::uint32_t, std::uint32_t>;

// Source: Unicode EastAsianWidth, blocks that are wide as a whole.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD},
};
constexpr std::array kCombining = {Range{0x0300, 0x036F}, Range{0x200B, 0x200F},
                                   Range{0xFE00, 0xFE0F}};

bool Lies(std::uint32_t value, const Range& range) {
  return range.first <= value && value <= range.second;
}

std::size_t WidthOf(std::uint32_t value) {
  const auto holds = [&](const Range& range) { return Lies(value, range); };
  if (std::ranges::any_of(kCombining, holds)) return 0;
  return std::ranges::any_of(kWide, holds) ? 2 : 1;
}

std::string Shown(std::string cell) {
  for (char& c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU) c = '?';
  }
  return cell;
}

std::string Line(const Row& row, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < row.size(); ++i) {
    line += row[i] + std::string(widths[i] - DisplayWidth(row[i]) + 2, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

}  // namespace

std::size_t DisplayWidth(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const CodePoint point = Decode(text);
    width += WidthOf(point.value);
    text.remove_prefix(point.bytes);
  }
  return width;
}

std::string FormatTable(const Row& header, const std::vector<Row>& rows) {
  std::vector<Row> lines = {header};
  lines.insert(lines.end(), rows.begin(), rows.end());
  std::vector<std::size_t> widths(header.size(), 0);
  for (Row& line : lines) {
    line.resize(header.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = Shown(std::move(line[i]));
      widths[i] = std::max(widths[i], DisplayWidth(line[i]));
    }
  }
  std::string text;
  for (const Row& line : lines) text += Line(line, widths);
  return text;
}

}  // namespace zonedisk
