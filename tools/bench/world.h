#pragma once
// What a cloud was filled with, and what stands for it in requests.
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/ecs/signature.h"

namespace zonedisk::bench {

// Disks that each policy is applied to.
inline constexpr std::size_t kDisksOfPolicy = 50;
// Instances, and disks for calls that take one each.
inline constexpr std::size_t kInstances = 20;
inline constexpr std::size_t kDisksOfInstance = 10;
inline constexpr std::size_t kSpares = kInstances * kDisksOfInstance;

// How many there are to be.
struct Counts {
  std::size_t disks = 0;
  std::size_t snapshots = 0;
  std::size_t policies = 0;
  std::size_t instances = kInstances;
  std::size_t spares = 0;
};

// The objects of a cloud that calls name. Every fourth disk has snapshots, every disk has a name
// with its number and tags, the disks of each policy follow one another.
struct World {
  Counts counts;
  std::vector<std::string> disks;
  std::vector<std::string> snapshots;
  std::vector<std::string> policies;
  std::vector<std::string> instances;
  std::vector<std::string> spares;
  std::string last_token;  // of the last hundred disks
};

// Fills in the placeholders of requests:
//   {number} {zone} {category} {team} {source} {its_policy} {its_disks}  of the n-th thing made
//   {disk} {any_source} {snapshot} {policy} {instance}                   the id of any
//   {any} {ten}                       the number of any disk, whole and without its last digit
//   {spare} {its_instance}            the n-th of the newest spare disks, and where it is attached
//   {last_token} {last_page}          what leads to the last hundred disks
//   {nonce} {weekday}                 a new text; a day of the week on which nothing fires soon
// The same seed gives the same requests.
class Placeholders {
 public:
  Placeholders(const World& world, std::uint64_t seed) : world_(world), random_(seed) {}
  // One that is not known stays as it is.
  std::string Fill(std::string_view request, std::size_t n);

 private:
  friend struct Placeholder;
  const std::string& Any(const std::vector<std::string>& ids) { return ids[Pick(ids.size())]; }
  std::size_t Pick(std::size_t n) { return random_() % n; }

  const World& world_;
  std::mt19937_64 random_;
};

// "Action=DescribeDisks&PageSize=100" as parameters.
ecs::Parameters ParametersOf(std::string_view query);

// The text of "member":"text" in an answer, empty where there is none.
std::string MemberOf(std::string_view answer, std::string_view member);

}  // namespace zonedisk::bench
