#pragma once
// Blocks of IPv4 addresses.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloudapi {

struct Cidr {
  std::uint32_t address = 0;
  int bits = 0;  // of the prefix
  bool operator==(const Cidr&) const = default;
};

// "10.1.0.0/16" whose host bits are zero; nullopt for any other text.
std::optional<Cidr> ParseCidr(std::string_view text);
std::optional<std::uint32_t> ParseAddress(std::string_view text);
std::string AddressText(std::uint32_t address);

bool Contains(const Cidr& outer, const Cidr& inner);
bool Contains(const Cidr& block, std::uint32_t address);
bool Overlap(const Cidr& one, const Cidr& other);

// How many addresses a vSwitch of that block can give: the first and the last three are the
// service's. Source: VPC, "limits of vSwitches".
std::int64_t UsableHosts(const Cidr& block);
// The address of the host at `index`, from 0, below UsableHosts.
std::uint32_t HostAt(const Cidr& block, std::int64_t index);
// Whether an instance may have that address.
bool IsUsable(const Cidr& block, std::uint32_t address);

}  // namespace cloudapi
