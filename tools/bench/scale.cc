#include "tools/bench/scale.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "common/base/text.h"
#include "tools/bench/calls.h"
#include "tools/bench/load.h"
#include "tools/bench/machine.h"
#include "tools/bench/pairs.h"
#include "tools/bench/server.h"
#include "tools/bench/signer.h"
#include "tools/bench/start.h"
#include "tools/bench/world.h"

namespace zonedisk::bench {
namespace {

constexpr int kFillers = 64;
constexpr std::size_t kChunk = 50'000;  // of calls with one timestamp
constexpr int kStarts = 5;

// A call answers when what it began has ended, so that what is measured is whole.
const std::vector<std::string> kArguments = {
    "--blocks", "none", "--delays", "none", "--durability", "off", "--snapshot-never-attached",
    "allow"};

// What one call took.
struct Cost {
  double p50_us = 0;
  double cpu_us = 0;
};

// All that is measured of a cloud of one size.
struct Measured {
  Counts counts;
  std::vector<Cost> calls;  // as kCalls
  std::string filled;       // how fast, so far as this size was filled by calls of its own
  double start_ms = 0;
  double rss_mib = 0;  // after the calls
  double started_rss_mib = 0;
  double database_mib = 0;
};

// Signed requests of one text, each with its placeholders filled in. Another text or seed has other
// nonces.
class Requests {
 public:
  Requests(const World& world, std::string_view text, std::uint64_t seed)
      : placeholders_(world, base::StableHash(text) + seed),
        signer_(base::StableHash(text) + seed),
        text_(text) {}
  const std::string& operator()(std::size_t n) {
    const std::string filled = placeholders_.Fill(text_, n);
    if (filled.starts_with('/')) return path_ = GetRequest(filled);
    ecs::Parameters parameters = ParametersOf(filled);
    parameters["RegionId"] = "cn-hangzhou";
    return signer_.Call(std::move(parameters));
  }

 private:
  Placeholders placeholders_;
  Signer signer_;
  std::string_view text_;
  std::string path_;
};

// Makes the things numbered `begin` to `end`; returns how many a second.
double FillUp(const CloudProcess& cloud, World& world, const Fill& fill, std::size_t begin,
              std::size_t end) {
  double seconds = 0;
  for (std::size_t from = begin; from < end; from += kChunk) {
    const std::size_t count = std::min(kChunk, end - from);
    Requests requests(world, fill.request, from + 1);
    const auto result = RunLoad(
        cloud.Port(), kFillers, std::chrono::hours(1), count,
        [&](std::size_t n) -> const std::string& { return requests(from + n); },
        [&](std::string_view answer) {
          if (fill.ids != nullptr) (world.*fill.ids).push_back(MemberOf(answer, fill.id_member));
        });
    MustSucceed(result, fill.label);
    seconds += result.seconds;
    fmt::print(stderr, "{}: {} of {}, {:.0f}/s\n", fill.label, from + count, end,
               result.PerSecond());
  }
  return seconds > 0 ? static_cast<double>(end - begin) / seconds : 0;
}

// Fills the world up to `counts`; returns how fast its disks and snapshots came.
std::string Grow(const CloudProcess& cloud, World& world, const Counts& counts) {
  const Counts former = world.counts;
  world.counts = counts;
  std::string rates;
  for (const Fill& fill : kFills) {
    const std::size_t begin = former.*fill.count;
    const std::size_t end = counts.*fill.count;
    if (begin == end) continue;
    rates += fmt::format("{}{} {}: {:.0f}/s", rates.empty() ? "" : "; ", end - begin, fill.label,
                         FillUp(cloud, world, fill, begin, end));
  }
  return rates;
}

// Walks the pages of 100 to the last.
std::string LastToken(const CloudProcess& cloud, std::uint64_t seed) {
  Signer signer(seed);
  std::string last;
  for (std::string next;
       !(next = MemberOf(Fetch(cloud.Port(), signer.Page(last)), "NextToken")).empty();)
    last = next;
  return last;
}

Cost Measure(const CloudProcess& cloud, const World& world, const Call& call,
             const ScaleOptions& options) {
  Requests requests(world, call.request, options.seed + world.counts.disks);
  const double before = cloud.CpuSeconds();
  const auto result =
      RunLoad(cloud.Port(), 1, call.once_each ? std::chrono::hours(1) : options.duration,
              call.once_each ? kSpares : SIZE_MAX,
              [&](std::size_t n) -> const std::string& { return requests(n); });
  MustSucceed(result, call.label);
  const Cost cost{
      .p50_us = result.p50_us,
      .cpu_us = (cloud.CpuSeconds() - before) * 1e6 / static_cast<double>(result.answered)};
  fmt::print(stderr, "{} disks: {}: {:.0f} µs, {:.0f} µs CPU\n", world.counts.disks, call.label,
             cost.p50_us, cost.cpu_us);
  return cost;
}

double DatabaseMiB(const std::filesystem::path& data) {
  double bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(data))
    if (file.path().filename().string().starts_with("cloud.db"))
      bytes += static_cast<double>(file.file_size());
  return bytes / (1 << 20);
}

Measured MeasureAt(const Counts& counts, World& world, const ScaleOptions& options) {
  const auto data = options.folder / "data";
  Measured measured{.counts = counts};
  {
    const CloudProcess cloud(options.cloud, data, kArguments);
    measured.filled = Grow(cloud, world, counts);
  }
  {
    const CloudProcess cloud(options.cloud, data, kArguments);
    measured.started_rss_mib = cloud.RssAnonMiB();
    world.last_token = LastToken(cloud, options.seed + counts.disks);
    for (const Call& call : kCalls) measured.calls.push_back(Measure(cloud, world, call, options));
    measured.rss_mib = cloud.RssAnonMiB();
  }
  measured.database_mib = DatabaseMiB(data);
  std::vector<double> starts;
  for (int i = 0; i < kStarts; ++i) starts.push_back(StartMillis(options.cloud, data, kArguments));
  measured.start_ms = Median(starts);
  return measured;
}

// "312 µs", "12.3 ms".
std::string Time(double us) {
  if (us < 1'000) return fmt::format("{:.0f} µs", us);
  return us < 100'000 ? fmt::format("{:.1f} ms", us / 1'000) : fmt::format("{:.0f} ms", us / 1'000);
}

std::string RowOf(std::string_view what, const Cost& small, const Cost& large,
                  std::string_view grows) {
  return fmt::format("| {} | {}, {} | {}, {} | {:.1f}, {:.1f} | {} |\n", what, Time(small.p50_us),
                     Time(small.cpu_us), Time(large.p50_us), Time(large.cpu_us),
                     large.p50_us / small.p50_us, large.cpu_us / small.cpu_us, grows);
}

std::string RowOf(std::string_view what, double small, double large, std::string_view unit) {
  return fmt::format("| {} | {:.1f} {} | {:.1f} {} | {:.1f} | |\n", what, small, unit, large, unit,
                     large / small);
}

std::string Head(const Counts& counts) {
  return fmt::format("{} disks, {} snapshots, {} policies", counts.disks, counts.snapshots,
                     counts.policies);
}

std::string Table(const Measured& small, const Measured& large, const ScaleOptions& options) {
  const std::time_t now = std::time(nullptr);
  std::string text = fmt::format("Measured {:%Y-%m-%d} on {}, `{}`.\n\n", fmt::gmtime(now),
                                 Machine(options.folder), fmt::join(kArguments, " "));
  text += fmt::format("Filled over HTTP, c={}: {}.\n\n", kFillers, large.filled);
  text += fmt::format(
      "| call, c=1: median and CPU of the server a call | {} | {} | ratio | why it grows "
      "|\n|---|---|---|---|---|\n",
      Head(small.counts), Head(large.counts));
  for (std::size_t i = 0; i < std::size(kCalls); ++i)
    text += RowOf(kCalls[i].label, small.calls[i], large.calls[i], kCalls[i].grows);
  text +=
      RowOf("start until a signed DescribeDisks is answered", small.start_ms, large.start_ms, "ms");
  text += RowOf("memory (RssAnon) after the start", small.started_rss_mib, large.started_rss_mib,
                "MiB");
  text += RowOf("memory (RssAnon) after the calls", small.rss_mib, large.rss_mib, "MiB");
  text += RowOf("database with its log", small.database_mib, large.database_mib, "MiB");
  text += "\nWhat else grows with the cloud:\n\n";
  for (const std::string_view limit : kOtherLimits) text += fmt::format("- {}\n", limit);
  return text;
}

}  // namespace

int RunScale(const ScaleOptions& options) {
  const auto part = [&](std::size_t whole) {
    return std::max<std::size_t>(whole * options.from / options.disks, 1);
  };
  World world;
  const Counts few{.disks = options.from,
                   .snapshots = part(options.snapshots),
                   .policies = part(options.policies),
                   .spares = kSpares};
  const Counts many{.disks = options.disks,
                    .snapshots = options.snapshots,
                    .policies = options.policies,
                    .spares = 2 * kSpares};
  world.counts.instances = 0;
  const Measured small = MeasureAt(few, world, options);
  const Measured large = MeasureAt(many, world, options);
  const std::string table = Table(small, large, options);
  fmt::print("{}", table);
  if (!options.out.empty()) std::ofstream(options.out) << table;
  return 0;
}

}  // namespace zonedisk::bench
