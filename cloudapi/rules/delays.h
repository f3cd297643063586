#pragma once
// How long on the cloud's clock each step that takes time lasts.
#include <chrono>
#include <optional>
#include <string_view>

namespace cloudapi {

// Due time of a step = CloudNow + its delay; the step also waits for its real work.
struct Delays {
  std::chrono::milliseconds create{100};     // Creating → Available
  std::chrono::milliseconds attach{100};     // Attaching → In_use
  std::chrono::milliseconds detach{100};     // Detaching → Available
  std::chrono::milliseconds cut{100};        // CreateSnapshot → CreationTime set
  std::chrono::milliseconds available{500};  // cut → accomplished
  std::chrono::milliseconds spec{100};       // ModifyDiskSpec → its task Finished
  // After it, how long the disk refuses another one. (real: assumed)
  std::chrono::milliseconds spec_cooling{0};
  bool operator==(const Delays&) const = default;
};

// "fast", "none" (every intermediate state is still committed, a call answers when it has passed)
// or "real": what the service takes according to its documentation and to the clients' timeouts.
// Nothing for another word.
constexpr std::optional<Delays> ParseDelays(std::string_view name) {
  using std::chrono::milliseconds;
  if (name == "fast") return Delays{};
  if (name == "none") {
    constexpr milliseconds kNone{0};
    return Delays{kNone, kNone, kNone, kNone, kNone, kNone, kNone};
  }
  if (name == "real") {
    return Delays{milliseconds(3000),  milliseconds(5000),  milliseconds(10000),
                  milliseconds(10000), milliseconds(60000), milliseconds(60000),
                  milliseconds(300000)};
  }
  return std::nullopt;
}

}  // namespace cloudapi
