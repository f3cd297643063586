#include "cloudapi/agent/loopback.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include "cloudapi/images/system_error.h"

namespace cloudapi {
namespace {

// The label of an IPv4 address begins with its interface's name (rtnetlink(7), IFA_LABEL).
constexpr char kLabel[] = "lo:zonedisk";
constexpr std::uint8_t kWholeAddress = 32;

// The label or interface name of an IPv4 address of this network namespace.
std::optional<std::string> LabelOf(const in_addr& wanted) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, ::freeifaddrs);
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof(address));
    if (address.sin_addr.s_addr == wanted.s_addr) return entry->ifa_name;
  }
  return std::nullopt;
}

std::optional<in_addr> Parse(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return address;
}

// One request of rtnetlink with the attributes of one address.
struct AddressRequest {
  nlmsghdr header{};
  ifaddrmsg message{};
  char attributes[64]{};

  AddressRequest(std::uint16_t type, std::uint16_t flags, const in_addr& address) {
    header.nlmsg_len = NLMSG_LENGTH(sizeof(message));
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    message.ifa_family = AF_INET;
    message.ifa_prefixlen = kWholeAddress;
    message.ifa_scope = RT_SCOPE_HOST;
    message.ifa_index = ::if_nametoindex("lo");
    Add(IFA_LOCAL, &address, sizeof(address));
    Add(IFA_ADDRESS, &address, sizeof(address));
    Add(IFA_LABEL, kLabel, sizeof(kLabel));
  }
  void Add(std::uint16_t type, const void* value, std::size_t size) {
    rtattr attribute{.rta_len = static_cast<std::uint16_t>(RTA_LENGTH(size)), .rta_type = type};
    char* const at = attributes + (NLMSG_ALIGN(header.nlmsg_len) - NLMSG_LENGTH(sizeof(message)));
    std::memcpy(at, &attribute, sizeof(attribute));
    std::memcpy(at + RTA_LENGTH(0), value, size);
    header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_ALIGN(header.nlmsg_len) + RTA_LENGTH(size));
  }
};

// Errors: the kernel's error number.
int Ask(const AddressRequest& request) {
  const FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket) return errno;
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  const auto sent = ::sendto(socket.Get(), &request, request.header.nlmsg_len, 0,
                             reinterpret_cast<const sockaddr*>(&kernel), sizeof(kernel));
  if (sent < 0) return errno;
  struct {
    nlmsghdr header;
    nlmsgerr error;
    char rest[256];
  } answer{};
  const auto got = ::recv(socket.Get(), &answer, sizeof(answer), 0);
  if (got < 0) return errno;
  if (static_cast<std::size_t>(got) < NLMSG_LENGTH(sizeof(nlmsgerr)) ||
      answer.header.nlmsg_type != NLMSG_ERROR) {
    return EPROTO;
  }
  return -answer.error.error;
}

}  // namespace

bool HasAddress(const std::string& address) {
  const auto parsed = Parse(address);
  return parsed && LabelOf(*parsed).has_value();
}

Result<bool> AddToLoopback(const std::string& address) {
  const auto parsed = Parse(address);
  if (!parsed) return Fail(SystemError(address + " is no IPv4 address", EINVAL));
  if (LabelOf(*parsed)) return false;
  const int error = Ask(AddressRequest(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, *parsed));
  if (error == 0) return true;
  if (error == EEXIST) return false;
  return Fail(SystemError("adding " + address + " to lo", error));
}

Result<bool> RemoveFromLoopback(const std::string& address) {
  const auto parsed = Parse(address);
  if (!parsed || LabelOf(*parsed) != kLabel) return false;
  const int error = Ask(AddressRequest(RTM_DELADDR, 0, *parsed));
  if (error == 0) return true;
  if (error == EADDRNOTAVAIL) return false;
  return Fail(SystemError("removing " + address + " from lo", error));
}

}  // namespace cloudapi
