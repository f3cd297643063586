// Measures zonedisk-cloud beside limits of this machine in the same run, interleaved, and prints
// one Markdown table. Ratios carry over to other machines, absolute numbers do not.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <random>
#include <regex>

#include "fmt/chrono.h"
#include "fmt/format.h"
#include "tools/bench/limits.h"
#include "tools/bench/load.h"
#include "tools/bench/server.h"
#include "tools/cli/sign.h"

namespace zonedisk::bench {
namespace {

using std::chrono::milliseconds;

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

// Signs every request itself, for the product and for its limit alike.
class Signer {
 public:
  explicit Signer(std::uint64_t seed) : random_(seed) {
    const std::time_t now = std::time(nullptr);
    timestamp_ = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  }
  const std::string& Describe(const std::string& disk_id) {
    return Sign({{"Action", "DescribeDisks"},
                 {"RegionId", "cn-hangzhou"},
                 {"DiskIds", "[\"" + disk_id + "\"]"}});
  }
  const std::string& Create() {
    const std::string token = NextNonce();
    return Sign({{"Action", "CreateDisk"},
                 {"RegionId", "cn-hangzhou"},
                 {"ZoneId", "cn-hangzhou-b"},
                 {"DiskCategory", "cloud_essd"},
                 {"Size", "20"},
                 {"ClientToken", token},
                 {"Tag.1.Key", "createdby"},
                 {"Tag.1.Value", "bench"},
                 {"Tag.2.Key", "volume"},
                 {"Tag.2.Value", token}});
  }
  // A page of 500 ids and more.
  const std::string& Page(const std::string& next_token) {
    Parameters parameters{
        {"Action", "DescribeDisks"}, {"RegionId", "cn-hangzhou"}, {"MaxResults", "500"}};
    if (!next_token.empty()) parameters["NextToken"] = next_token;
    return Sign(std::move(parameters));
  }
  std::size_t Pick(std::size_t n) { return random_() % n; }

 private:
  std::string NextNonce() { return fmt::format("{:016x}-{}", random_(), ++count_); }
  const std::string& Sign(Parameters parameters) {
    text_ = GetRequest("/?" + SignedQuery("GET", std::move(parameters), {"testid", "testsecret"},
                                          NextNonce(), timestamp_));
    return text_;
  }
  std::mt19937_64 random_;
  std::uint64_t count_ = 0;
  std::string timestamp_;
  std::string text_;
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

std::string Spread(const std::vector<double>& ratios) {
  const auto [low, high] = std::ranges::minmax(ratios);
  return fmt::format("{:.2f} ({:.2f}–{:.2f})", Median(ratios), low, high);
}

void MustSucceed(const LoadResult& result, const char* what) {
  if (result.refused == 0 && result.answered > 0) return;
  fmt::print(stderr, "{}: {} of {} requests were refused\n", what, result.refused, result.answered);
  std::exit(1);
}

// The ids of all disks, from the pages of DescribeDisks.
std::vector<std::string> DiskIds(std::uint16_t port, std::size_t count) {
  std::vector<std::string> ids;
  Signer signer(count);
  std::string token;
  const std::regex id(R"re("DiskId":"(d-[0-9a-z]+)")re");
  const std::regex next(R"re("NextToken":"([^"]*)")re");
  while (ids.size() < count) {
    const std::string page = Fetch(port, signer.Page(token));
    for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it)
      ids.push_back((*it)[1]);
    std::smatch found;
    token = std::regex_search(page, found, next) ? found[1].str() : "";
    if (token.empty()) break;
  }
  return ids;
}

Row Start(const Options& options) {
  std::vector<double> product;
  std::vector<double> limit;
  std::vector<double> ratios;
  Signer signer(options.seed);
  for (int i = 0; i < 2 * options.rounds; ++i) {
    limit.push_back(TrueProcessMillis());
    const CloudProcess cloud(options.bin / "zonedisk-cloud",
                             options.folder / fmt::format("start{}", i), {"--blocks", "none"});
    const auto result =
        RunLoad(cloud.Port(), 1, milliseconds(10'000), 1, [&](std::size_t) -> const std::string& {
          return signer.Describe("d-bp100000000000000000");
        });
    MustSucceed(result, "DescribeDisks after the start");
    product.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - cloud.Forked())
            .count());
    ratios.push_back(product.back() / limit.back());
  }
  return {"start until a signed DescribeDisks is answered, empty database",
          fmt::format("{:.1f} ms", Median(product)),
          fmt::format("/bin/true: {:.1f} ms", Median(limit)), Spread(ratios)};
}

Row Restart(const Options& options, const std::filesystem::path& data, std::size_t disks) {
  std::vector<double> product;
  Signer signer(options.seed + 7);
  for (int i = 0; i < options.rounds; ++i) {
    const CloudProcess cloud(options.bin / "zonedisk-cloud", data, {"--blocks", "none"});
    const auto result =
        RunLoad(cloud.Port(), 1, milliseconds(10'000), 1, [&](std::size_t) -> const std::string& {
          return signer.Describe("d-bp100000000000000000");
        });
    MustSucceed(result, "DescribeDisks after the restart");
    product.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - cloud.Forked())
            .count());
  }
  return {fmt::format("the same with {} disks", disks), fmt::format("{:.1f} ms", Median(product)),
          "", ""};
}

Row Describe(const Options& options, const CloudProcess& cloud, const std::vector<std::string>& ids,
             int connections) {
  Signer signer(options.seed + static_cast<std::uint64_t>(connections));
  const auto request = [&](std::size_t) -> const std::string& {
    return signer.Describe(ids[signer.Pick(ids.size())]);
  };
  const FixedServer fixed(std::string(1'100, 'x'));
  std::vector<double> ratios;
  std::vector<double> product;
  std::vector<double> limit;
  std::vector<double> cpu;
  std::vector<double> p99;
  for (int i = 0; i < options.rounds; ++i) {
    limit.push_back(
        RunLoad(fixed.Port(), connections, options.duration, SIZE_MAX, request).PerSecond());
    const double before = cloud.CpuSeconds();
    const auto result = RunLoad(cloud.Port(), connections, options.duration, SIZE_MAX, request);
    MustSucceed(result, "DescribeDisks");
    cpu.push_back((cloud.CpuSeconds() - before) * 1e6 / static_cast<double>(result.answered));
    product.push_back(result.PerSecond());
    p99.push_back(result.p99_us);
    ratios.push_back(product.back() / limit.back());
  }
  return {fmt::format("DescribeDisks by id, signed, uniform over {} disks, c={}", ids.size(),
                      connections),
          fmt::format("{:.0f}/s, p99 {:.0f} µs, {:.1f} µs CPU", Median(product), Median(p99),
                      Median(cpu)),
          fmt::format("raw epoll, fixed body, same generator: {:.0f}/s", Median(limit)),
          Spread(ratios)};
}

Row Create(const Options& options, const CloudProcess& cloud, int connections) {
  Signer signer(options.seed + 1'000);
  const auto request = [&](std::size_t) -> const std::string& { return signer.Create(); };
  std::vector<double> ratios;
  std::vector<double> product;
  std::vector<double> limit;
  std::vector<double> cpu;
  std::vector<double> p50;
  std::vector<double> p99;
  for (int i = 0; i < options.rounds; ++i) {
    limit.push_back(
        GroupCommitRowsPerSecond(options.folder / "limit", connections, options.duration));
    const double before = cloud.CpuSeconds();
    const auto result = RunLoad(cloud.Port(), connections, options.duration, SIZE_MAX, request);
    MustSucceed(result, "CreateDisk");
    cpu.push_back((cloud.CpuSeconds() - before) * 1e6 / static_cast<double>(result.answered));
    product.push_back(result.PerSecond());
    p50.push_back(result.p50_us);
    p99.push_back(result.p99_us);
    ratios.push_back(product.back() / limit.back());
  }
  return {fmt::format("durable CreateDisk with token and two tags, c={}", connections),
          fmt::format("{:.0f}/s, p50 {:.0f} µs, p99 {:.0f} µs, {:.0f} µs CPU", Median(product),
                      Median(p50), Median(p99), Median(cpu)),
          fmt::format("bare SQLite group commit, {} callers: {:.0f}/s", connections, Median(limit)),
          Spread(ratios)};
}

std::string Table(const Options& options, const std::vector<Row>& rows) {
  std::string text = fmt::format(
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
    const CloudProcess cloud(options.bin / "zonedisk-cloud", data, {"--blocks", "none"});
    fmt::print(stderr, "creating {} disks\n", options.disks);
    Signer signer(options.seed + 99);
    MustSucceed(RunLoad(cloud.Port(), 64, std::chrono::hours(1), options.disks,
                        [&](std::size_t) -> const std::string& { return signer.Create(); }),
                "CreateDisk");
    const auto ids = DiskIds(cloud.Port(), options.disks);
    for (const int connections : {1, 8, 64}) step(Describe(options, cloud, ids, connections));
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

int main(int argc, char** argv) {
  zonedisk::bench::Options options;
  int milliseconds = static_cast<int>(options.duration.count());
  CLI::App app{"Measures zonedisk-cloud beside limits of this machine in the same run."};
  app.add_option("--bin", options.bin, "folder of the programs")->capture_default_str();
  app.add_option("--disks", options.disks, "disks created before the reads")->capture_default_str();
  app.add_option("--rounds", options.rounds, "pairs of measurement")->capture_default_str();
  app.add_option("--milliseconds", milliseconds, "length of one measurement")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of ids picked and nonces")->capture_default_str();
  app.add_option("--out", options.out, "file that gets the table too");
  CLI11_PARSE(app, argc, argv);
  options.duration = std::chrono::milliseconds(milliseconds);
  std::string pattern = (std::filesystem::temp_directory_path() / "zonedisk-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    std::perror("zonedisk-bench: no temporary folder");
    return 1;
  }
  options.folder = pattern;
  const int status = zonedisk::bench::Run(options);
  std::filesystem::remove_all(options.folder);
  return status;
}
