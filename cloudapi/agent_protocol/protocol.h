#pragma once
// What cloud and agent say to each other: JSON over HTTP under /_zonedisk/agent/v1/instances/ID.
//
//   POST …/ID                 Registration → Registered. Repeating it is harmless; a newer session
//                             ends the older one. 409 when the instance has disks and another zone
//                             or type is asked for; 404 for an unknown zone or type.
//   GET  …/ID?session=S&after=R&waitMs=W
//                             → WantedSet, the full one. Waits up to W (at most kLongestPoll) while
//                             the revision still is R. 410 when the cloud knows no session of the
//                             instance: register again; 409 when a newer agent took over: exit.
//   POST …/ID/observed?session=S
//                             ObservedSet, the full one, → {}. 409 and 410 as above.
//
// Refusals are {"error": "<why>"}.
//
// Both sides may be killed at any point: neither remembers what it told the other.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudapi {

inline constexpr std::string_view kAgentPrefix = "/_zonedisk/agent/v1/instances/";
// The longest wait of a poll, and how long after its last one an agent counts as lost.
inline constexpr std::chrono::milliseconds kLongestPoll{5000};
inline constexpr std::chrono::milliseconds kAgentLease{15000};

// The type of an instance for which none is named, here and by the lab.
inline constexpr const char* kDefaultInstanceType = "ecs.g7.xlarge";

struct Registration {
  std::string zone;
  std::string instance_type;
  std::string access_key_id;  // whose instance it is; empty: the default account
  std::string proof;          // content of the proof file; empty when it cannot be read
  std::string refusal;        // why this agent cannot make devices; empty when it can
  std::string session;        // the session that is continued, empty for a new agent
  std::string name;           // of the node; empty or left out: the instance id
  std::string machine;        // whose kernel the node runs on, by its boot id; may be left out
};

struct Registered {
  std::string session;
  std::string account;
  std::string region;
  std::string refusal;  // why no disk will attach; empty when disks can
};

struct WantedDisk {
  std::string disk;
  std::string serial;
  std::string image;  // file name in the blocks folder
  std::int64_t generation = 0;
  std::int64_t bytes = 0;   // least size of the device
  bool shared = false;      // multi-attach: devices of other nodes may hold the image, too
  bool nvme = false;        // the guest sees an NVMe disk: the name of the link; may be left out
  std::uint64_t flush = 0;  // flush the device and report this ticket; 0: no flush is asked for
  // Freeze the file systems on the device for this ticket, once, and thaw them when it is 0 again;
  // may be left out.
  std::uint64_t freeze = 0;
  bool operator==(const WantedDisk&) const = default;
};
struct WantedSet {
  std::int64_t revision = 0;
  std::vector<WantedDisk> disks;  // sorted by id
};

struct PresentDisk {
  std::string disk;
  std::int64_t generation = 0;
  std::int64_t bytes = 0;
  bool linked = false;        // usable: configured, whole size, link made
  std::uint64_t flushed = 0;  // the last ticket carried out
  // The ticket for which they are frozen at this moment, 0: none; and the last one whose freeze
  // lasted until it was asked no more. May be left out.
  std::uint64_t frozen = 0;
  std::uint64_t held = 0;
  // What the device has done, from whatever beginning; may be left out.
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t read_micros = 0;  // that the reads took together
  std::uint64_t write_micros = 0;
  bool operator==(const PresentDisk&) const = default;
};
struct ObservedSet {
  std::int64_t revision = 0;  // the wanted set that was acted upon
  std::vector<PresentDisk> disks;
};

std::string ToJson(const Registration& value);
std::string ToJson(const Registered& value);
std::string ToJson(const WantedSet& value);
std::string ToJson(const ObservedSet& value);
// nullopt when malformed: not JSON, a member of another type, a required one missing.
std::optional<Registration> ParseRegistration(std::string_view text);
std::optional<Registered> ParseRegistered(std::string_view text);
std::optional<WantedSet> ParseWantedSet(std::string_view text);
std::optional<ObservedSet> ParseObservedSet(std::string_view text);

}  // namespace cloudapi
