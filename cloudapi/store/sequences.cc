#include "cloudapi/store/sequences.h"

#include <fmt/format.h>

#include <sstream>

namespace cloudapi {
namespace {

constexpr std::string_view kSequences = "sequences";  // "prefix id seq revision"
constexpr int kPrefixDigits = 8;
constexpr int kNumberDigits = 9;

std::string Base36(std::uint64_t number, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string text(static_cast<std::size_t>(digits), '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kDigits[number % kDigits.size()];
    number /= kDigits.size();
  }
  return text;
}

}  // namespace

Sequences::Sequences(Records& records, Env& env) : records_(records) {
  const auto saved = records_.Meta(kSequences);
  if (!saved) {
    prefix_ = Base36(env.Random(), kPrefixDigits);
    return;
  }
  saved_ = *saved;
  std::istringstream(saved_) >> prefix_ >> id_ >> seq_ >> revision_;
}

std::string Sequences::NextId(std::string_view kind_prefix, std::string_view region_code) {
  return fmt::format("{}{}{}{}", kind_prefix, region_code, prefix_,
                     Base36(static_cast<std::uint64_t>(++id_), kNumberDigits));
}

void Sequences::Save() {
  std::string now = fmt::format("{} {} {} {}", prefix_, id_, seq_, revision_);
  if (now == saved_) return;
  records_.SetMeta(kSequences, now);
  saved_ = std::move(now);
}

}  // namespace cloudapi
