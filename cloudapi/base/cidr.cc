#include "cloudapi/base/cidr.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kAddressBits = 32;
constexpr std::int64_t kReserved = 4;  // one at the begin, three at the end

std::uint32_t MaskOf(int bits) {
  return bits == 0 ? 0 : ~std::uint32_t{0} << static_cast<unsigned>(kAddressBits - bits);
}

std::int64_t SizeOf(const Cidr& block) {
  return std::int64_t{1} << static_cast<unsigned>(kAddressBits - block.bits);
}

}  // namespace

std::optional<std::uint32_t> ParseAddress(std::string_view text) {
  constexpr int kMostByte = 255;
  const auto parts = base::Split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (const std::string_view part : parts) {
    const auto byte = base::ParseNumber<int>(part);
    if (!byte || *byte < 0 || *byte > kMostByte || part.size() > 3) return std::nullopt;
    address = (address << 8U) | static_cast<std::uint32_t>(*byte);
  }
  return address;
}

std::optional<Cidr> ParseCidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = ParseAddress(text.substr(0, slash));
  const auto bits = base::ParseNumber<int>(text.substr(slash + 1));
  if (!address || !bits || *bits < 0 || *bits > kAddressBits) return std::nullopt;
  if ((*address & ~MaskOf(*bits)) != 0) return std::nullopt;
  return Cidr{.address = *address, .bits = *bits};
}

std::string AddressText(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 0xffU,
                     (address >> 8U) & 0xffU, address & 0xffU);
}

bool Contains(const Cidr& block, std::uint32_t address) {
  return (address & MaskOf(block.bits)) == block.address;
}

bool Contains(const Cidr& outer, const Cidr& inner) {
  return outer.bits <= inner.bits && Contains(outer, inner.address);
}

bool Overlap(const Cidr& one, const Cidr& other) {
  return Contains(one, other) || Contains(other, one);
}

std::int64_t UsableHosts(const Cidr& block) {
  return std::max<std::int64_t>(SizeOf(block) - kReserved, 0);
}

std::uint32_t HostAt(const Cidr& block, std::int64_t index) {
  return block.address + 1 + static_cast<std::uint32_t>(index);
}

bool IsUsable(const Cidr& block, std::uint32_t address) {
  return Contains(block, address) && address > block.address &&
         address - block.address <= static_cast<std::uint32_t>(UsableHosts(block));
}

}  // namespace cloudapi
