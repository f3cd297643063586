// Measures zonedisk-cloud beside limits of this machine in the same run, interleaved, and prints
// one Markdown table. Ratios carry over to other machines, absolute numbers do not.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <utility>

#include "common/base/command_line.h"
#include "tools/bench/limits.h"
#include "tools/bench/load.h"
#include "tools/bench/machine.h"
#include "tools/bench/pairs.h"
#include "tools/bench/scale.h"
#include "tools/bench/server.h"
#include "tools/bench/signer.h"
#include "tools/bench/start.h"

namespace zonedisk::bench {
namespace {

using std::chrono::milliseconds;

constexpr const char* kCloud = "zonedisk-cloud";
const std::vector<std::string> kWithoutBlocks = {"--blocks", "none"};

struct Options {
  std::filesystem::path bin = "build/release/bin";
  std::filesystem::path folder;
  std::filesystem::path out;
  std::size_t disks = 10'000;
  int rounds = 5;
  milliseconds duration{2'000};
  std::uint64_t seed = 1;
};

struct Row {
  std::string what;
  std::string product;
  std::string limit;
  std::string ratio;
};

// Every disk, and the NextToken that leads to each page of 100.
struct Disks {
  std::vector<std::string> ids;
  std::vector<std::string> pages;  // the first one is empty
};

Disks ListDisks(std::uint16_t port, std::size_t count) {
  Disks disks;
  Signer signer(count);
  std::string token;
  const std::regex id(R"re("DiskId":"(d-[0-9a-z]+)")re");
  const std::regex next(R"re("NextToken":"([^"]*)")re");
  while (disks.ids.size() < count) {
    disks.pages.push_back(token);
    const std::string page = Fetch(port, signer.Page(token));
    for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it)
      disks.ids.push_back((*it)[1]);
    std::smatch found;
    token = std::regex_search(page, found, next) ? found[1].str() : "";
    if (token.empty()) break;
  }
  return disks;
}

Row Start(const Options& options) {
  int folder = 0;
  const auto product = [&] {
    return StartMillis(options.bin / kCloud, options.folder / fmt::format("start{}", ++folder),
                       kWithoutBlocks);
  };
  const Pairs pairs = MeasurePairs(2 * options.rounds, TrueProcessMillis, product);
  return {"start until a signed DescribeDisks is answered, empty database",
          fmt::format("{:.1f} ms", Median(pairs.product)),
          fmt::format("/bin/true: {:.1f} ms", Median(pairs.limit)), pairs.Ratio()};
}

Row Restart(const Options& options, const std::filesystem::path& data, std::size_t disks) {
  std::vector<double> millis;
  for (int i = 0; i < options.rounds; ++i)
    millis.push_back(StartMillis(options.bin / kCloud, data, kWithoutBlocks));
  return {fmt::format("the same with {} disks", disks), fmt::format("{:.1f} ms", Median(millis)),
          "", ""};
}

// What the product did over all its rounds.
struct Load {
  std::vector<double> p50_us;
  std::vector<double> p99_us;
  std::vector<double> cpu_us;  // of the server, each request
};

// One round against the product; refusals end the run.
double ProductRound(const Options& options, const CloudProcess& cloud, int connections,
                    const RequestSource& request, Load& load) {
  const double before = cloud.CpuSeconds();
  const auto result = RunLoad(cloud.Port(), connections, options.duration, SIZE_MAX, request);
  MustSucceed(result, "the load");
  load.cpu_us.push_back((cloud.CpuSeconds() - before) * 1e6 / static_cast<double>(result.answered));
  load.p50_us.push_back(result.p50_us);
  load.p99_us.push_back(result.p99_us);
  return result.PerSecond();
}

std::string ProductText(const Pairs& pairs, const Load& load) {
  return fmt::format("{:.0f}/s, p50 {:.0f} µs, p99 {:.0f} µs, {:.1f} µs CPU", Median(pairs.product),
                     Median(load.p50_us), Median(load.p99_us), Median(load.cpu_us));
}

// Beside a bare server that answers as many bytes: what the machine can do.
Row BesideBareServer(const Options& options, const CloudProcess& cloud, int connections,
                     const std::string& what, const RequestSource& request) {
  const FixedServer fixed(Fetch(cloud.Port(), request(0)));
  Load load;
  const Pairs pairs = MeasurePairs(
      options.rounds,
      [&] {
        return RunLoad(fixed.Port(), connections, options.duration, SIZE_MAX, request).PerSecond();
      },
      [&] { return ProductRound(options, cloud, connections, request, load); });
  return {what, ProductText(pairs, load),
          fmt::format("bare epoll, a body as long, same signing generator: {:.0f}/s",
                      Median(pairs.limit)),
          pairs.Ratio()};
}

// Beside the cloud's own health page: what is lost behind the cloud's HTTP.
Row BesideHealth(const Options& options, const CloudProcess& cloud, int connections,
                 const std::string& what, const RequestSource& request,
                 const RequestSource& health) {
  Load load;
  const Pairs pairs = MeasurePairs(
      options.rounds,
      [&] {
        return RunLoad(cloud.Port(), connections, options.duration, SIZE_MAX, health).PerSecond();
      },
      [&] { return ProductRound(options, cloud, connections, request, load); });
  return {what, ProductText(pairs, load),
          fmt::format("zonedisk-cloud's health page, same signing generator: {:.0f}/s",
                      Median(pairs.limit)),
          pairs.Ratio()};
}

std::vector<Row> Describe(const Options& options, const CloudProcess& cloud,
                          const std::vector<std::string>& ids, int connections) {
  Signer signer(options.seed + static_cast<std::uint64_t>(connections));
  const auto describe = [&](std::size_t) -> const std::string& {
    return signer.Describe(ids[signer.Pick(ids.size())]);
  };
  const auto health = [&](std::size_t) -> const std::string& {
    return signer.Health(ids[signer.Pick(ids.size())]);
  };
  const std::string what = fmt::format("DescribeDisks by id, signed, uniform over {} disks, c={}",
                                       ids.size(), connections);
  return {BesideBareServer(options, cloud, connections, what, describe),
          BesideHealth(options, cloud, connections, what, describe, health)};
}

Row PagesOfAHundred(const Options& options, const CloudProcess& cloud, const Disks& disks,
                    int connections) {
  Signer signer(options.seed + 500);
  const auto page = [&](std::size_t) -> const std::string& {
    return signer.Page(disks.pages[signer.Pick(disks.pages.size())]);
  };
  return BesideBareServer(options, cloud, connections,
                          fmt::format("page of 100 by NextToken, signed, uniform over the pages of "
                                      "{} disks, c={}",
                                      disks.ids.size(), connections),
                          page);
}

Row Create(const Options& options, const CloudProcess& cloud, int connections) {
  Signer signer(options.seed + 1'000);
  const auto request = [&](std::size_t) -> const std::string& { return signer.Create(); };
  Load load;
  const Pairs pairs = MeasurePairs(
      options.rounds,
      [&] {
        return GroupCommitRowsPerSecond(options.folder / "limit", connections, options.duration);
      },
      [&] { return ProductRound(options, cloud, connections, request, load); });
  return {fmt::format("durable CreateDisk with token and two tags, c={}", connections),
          ProductText(pairs, load),
          fmt::format("bare SQLite group commit, {} callers, empty at first: {:.0f}/s", connections,
                      Median(pairs.limit)),
          pairs.Ratio()};
}

std::string Table(const Options& options, const std::vector<Row>& rows) {
  const std::time_t now = std::time(nullptr);
  std::string text =
      fmt::format("Measured {:%Y-%m-%d} on {}.\n\n", fmt::gmtime(now), Machine(options.folder));
  text += fmt::format(
      "| what | zonedisk-cloud | limit in the same run | ratio, median (min–max) of {} pairs "
      "|\n|---|---|---|---|\n",
      options.rounds);
  for (const Row& row : rows) {
    text += fmt::format("| {} | {} | {} | {} |\n", row.what, row.product, row.limit, row.ratio);
  }
  return text;
}

int Run(const Options& options) {
  std::vector<Row> rows;
  const auto step = [&rows](Row row) {
    fmt::print(stderr, "{}: {} {}\n", row.what, row.product, row.ratio);
    rows.push_back(std::move(row));
  };
  step(Start(options));
  const auto data = options.folder / "data";
  {
    const CloudProcess cloud(options.bin / kCloud, data, kWithoutBlocks);
    fmt::print(stderr, "creating {} disks\n", options.disks);
    Signer signer(options.seed + 99);
    MustSucceed(RunLoad(cloud.Port(), 64, std::chrono::hours(1), options.disks,
                        [&](std::size_t) -> const std::string& { return signer.Create(); }),
                "CreateDisk");
    const Disks disks = ListDisks(cloud.Port(), options.disks);
    for (const int connections : {1, 8, 64}) {
      for (Row& row : Describe(options, cloud, disks.ids, connections)) step(std::move(row));
    }
    step(PagesOfAHundred(options, cloud, disks, 8));
    step({"memory (RssAnon) after the reads", fmt::format("{:.1f} MiB", cloud.RssAnonMiB()), "",
          ""});
    step(Create(options, cloud, 64));
  }
  step(Restart(options, data, options.disks));
  const std::string table = Table(options, rows);
  fmt::print("{}", table);
  if (!options.out.empty()) std::ofstream(options.out) << table;
  return 0;
}

}  // namespace
}  // namespace zonedisk::bench

namespace {

// The mode "scale", which shares the options of the other.
const CLI::App* AddScale(CLI::App& app, zonedisk::bench::ScaleOptions& scale) {
  CLI::App* mode = app.add_subcommand("scale", "the same calls to a small and to a large cloud");
  mode->fallthrough();
  mode->add_option("--from", scale.from, "disks of the small cloud")
      ->check(CLI::Range(std::size_t{1'000}, SIZE_MAX));
  mode->add_option("--disks", scale.disks, "disks of the large cloud")->check(CLI::PositiveNumber);
  mode->add_option("--snapshots", scale.snapshots, "snapshots of the large cloud")
      ->check(CLI::PositiveNumber);
  mode->add_option("--policies", scale.policies, "automatic snapshot policies of the large cloud")
      ->check(CLI::PositiveNumber);
  return mode;
}

}  // namespace

int main(int argc, char** argv) {
  zonedisk::bench::Options options;
  zonedisk::bench::ScaleOptions scale;
  int milliseconds = static_cast<int>(options.duration.count());
  std::filesystem::path parent = std::filesystem::temp_directory_path();
  CLI::App app{"Measures zonedisk-cloud beside limits of this machine in the same run."};
  base::SetUpCommandLine(app, ZONEDISK_VERSION);
  app.add_option("--bin", options.bin, "folder of the programs");
  app.add_option("--folder", parent, "where data goes for the run, on the disk to be measured");
  app.add_option("--disks", options.disks, "disks created before the reads")
      ->check(CLI::PositiveNumber);
  app.add_option("--rounds", options.rounds, "pairs of measurement")->check(CLI::PositiveNumber);
  app.add_option("--milliseconds", milliseconds, "length of one measurement")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of ids picked and nonces");
  app.add_option("--out", options.out, "file that gets the table too");
  const CLI::App* scaled = AddScale(app, scale);
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  options.duration = std::chrono::milliseconds(milliseconds);
  std::string folder = (parent / "zonedisk-bench-").string() + std::string(6, 'X');
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror("zonedisk-bench: no temporary folder");
    return 1;
  }
  options.folder = folder;
  scale.cloud = options.bin / zonedisk::bench::kCloud;
  scale.folder = folder;
  scale.out = options.out;
  scale.duration = options.duration;
  scale.seed = options.seed;
  const int status =
      scaled->parsed() ? zonedisk::bench::RunScale(scale) : zonedisk::bench::Run(options);
  std::filesystem::remove_all(options.folder);
  return status;
}
