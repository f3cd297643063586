#include "tools/bench/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "common/base/text.h"

namespace zonedisk::bench {
namespace {

constexpr std::string_view kZones[] = {"cn-hangzhou-b", "cn-hangzhou-d", "cn-hangzhou-e",
                                       "cn-hangzhou-g", "cn-hangzhou-h"};
constexpr std::string_view kCategories[] = {"cloud_essd", "cloud_auto", "cloud_efficiency"};
constexpr std::size_t kTeams = 100;
constexpr std::size_t kPage = 100;

std::string Number(std::size_t n) {
  return fmt::format("{:07}", n);
}

// Disks that have snapshots, among all.
std::size_t Sources(const World& world) {
  return std::max<std::size_t>(world.counts.disks / 4, 1);
}

std::string DisksOfPolicy(const World& world, std::size_t policy) {
  std::string ids;
  for (std::size_t i = 0; i < kDisksOfPolicy; ++i) {
    const std::size_t disk = (policy * kDisksOfPolicy + i) % world.disks.size();
    ids += fmt::format("{}\"{}\"", i == 0 ? "" : ",", world.disks[disk]);
  }
  return ids;
}

// Three days ahead where policies live, UTC+8; Monday is 1.
int Weekday() {
  constexpr int kHours = 8 + 3 * 24;
  const std::time_t time = std::time(nullptr) + kHours * 3600;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return parts.tm_wday == 0 ? 7 : parts.tm_wday;
}

}  // namespace

struct Placeholder {
  std::string_view name;
  std::string (*text)(Placeholders& self, std::size_t n);

  static const Placeholder kAll[];
};

const Placeholder Placeholder::kAll[] = {
    {"number", [](Placeholders&, std::size_t n) { return Number(n); }},
    {"zone",
     [](Placeholders&, std::size_t n) { return std::string(kZones[n % std::size(kZones)]); }},
    {"category",
     [](Placeholders&, std::size_t n) {
       return std::string(kCategories[n / std::size(kZones) % std::size(kCategories)]);
     }},
    {"team", [](Placeholders&, std::size_t n) { return fmt::format("t{}", n % kTeams); }},
    {"source",
     [](Placeholders& self, std::size_t n) { return self.world_.disks[n % Sources(self.world_)]; }},
    {"its_policy",
     [](Placeholders& self, std::size_t n) {
       return self.world_.policies[n % self.world_.policies.size()];
     }},
    {"its_disks", [](Placeholders& self, std::size_t n) { return DisksOfPolicy(self.world_, n); }},
    {"disk", [](Placeholders& self, std::size_t) { return self.Any(self.world_.disks); }},
    {"any_source", [](Placeholders& self,
                      std::size_t) { return self.world_.disks[self.Pick(Sources(self.world_))]; }},
    {"snapshot", [](Placeholders& self, std::size_t) { return self.Any(self.world_.snapshots); }},
    {"policy", [](Placeholders& self, std::size_t) { return self.Any(self.world_.policies); }},
    {"instance", [](Placeholders& self, std::size_t) { return self.Any(self.world_.instances); }},
    {"any",
     [](Placeholders& self, std::size_t) { return Number(self.Pick(self.world_.counts.disks)); }},
    {"ten", [](Placeholders& self,
               std::size_t) { return Number(self.Pick(self.world_.counts.disks)).substr(0, 6); }},
    {"spare",
     [](Placeholders& self, std::size_t n) {
       return self.world_.spares[self.world_.spares.size() - kSpares + n % kSpares];
     }},
    {"its_instance",
     [](Placeholders& self, std::size_t n) {
       return self.world_.instances[n / kDisksOfInstance % kInstances];
     }},
    {"last_token", [](Placeholders& self, std::size_t) { return self.world_.last_token; }},
    {"last_page", [](Placeholders& self,
                     std::size_t) { return std::to_string(self.world_.counts.disks / kPage); }},
    {"nonce",
     [](Placeholders& self, std::size_t) { return fmt::format("{:016x}", self.random_()); }},
    {"weekday", [](Placeholders&, std::size_t) { return std::to_string(Weekday()); }},
};

std::string Placeholders::Fill(std::string_view request, std::size_t n) {
  std::string text;
  while (!request.empty()) {
    const std::size_t open = std::min(request.find('{'), request.size());
    text += request.substr(0, open);
    request.remove_prefix(open);
    const std::size_t close = request.find('}');
    if (close == std::string_view::npos) break;
    const auto found =
        std::ranges::find(Placeholder::kAll, request.substr(1, close - 1), &Placeholder::name);
    text += found == std::end(Placeholder::kAll) ? std::string(request.substr(0, close + 1))
                                                 : found->text(*this, n);
    request.remove_prefix(close + 1);
  }
  return text += request;
}

ecs::Parameters ParametersOf(std::string_view query) {
  ecs::Parameters parameters;
  for (const std::string_view part : base::Split(query, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    parameters[std::string(part.substr(0, equals))] =
        part.substr(std::min(equals + 1, part.size()));
  }
  return parameters;
}

std::string MemberOf(std::string_view answer, std::string_view member) {
  const std::string key = fmt::format("\"{}\":\"", member);
  const std::size_t at = answer.find(key);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = answer.substr(at + key.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace zonedisk::bench
