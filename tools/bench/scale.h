#pragma once
// The same calls to a small and to a large cloud.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace zonedisk::bench {

struct ScaleOptions {
  std::filesystem::path cloud;   // the program
  std::filesystem::path folder;  // for the data of the run
  std::filesystem::path out;     // gets the table too, unless empty
  std::size_t from = 1'000;      // disks of the small cloud
  std::size_t disks = 1'000'000;
  std::size_t snapshots = 1'000'000;
  std::size_t policies = 10'000;
  std::chrono::milliseconds duration{2'000};  // of each read
  std::uint64_t seed = 1;
};

// Fills a cloud up to `from` disks and as large a part of all else, measures, fills it up to the
// whole, measures again, and prints both beside each other as one Markdown table. A refused call
// ends the process. Returns its exit code.
int RunScale(const ScaleOptions& options);

}  // namespace zonedisk::bench
