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
  std::chrono::milliseconds archive{100};    // ModifySnapshotCategory → its task Finished
  std::chrono::milliseconds reset{100};      // ReIniting → In_use or Available
  std::chrono::milliseconds start{100};      // Starting → Running
  std::chrono::milliseconds stop{100};       // Stopping → Stopped
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
    return Delays{.create = kNone,
                  .attach = kNone,
                  .detach = kNone,
                  .cut = kNone,
                  .available = kNone,
                  .spec = kNone,
                  .archive = kNone,
                  .reset = kNone,
                  .start = kNone,
                  .stop = kNone};
  }
  if (name == "real") {
    return Delays{.create = milliseconds(3000),
                  .attach = milliseconds(5000),
                  .detach = milliseconds(10000),
                  .cut = milliseconds(10000),
                  .available = milliseconds(60000),
                  .spec = milliseconds(60000),
                  .archive = milliseconds(600000),
                  .reset = milliseconds(60000),
                  .start = milliseconds(20000),
                  .stop = milliseconds(30000),
                  .spec_cooling = milliseconds(300000)};
  }
  return std::nullopt;
}

}  // namespace cloudapi
