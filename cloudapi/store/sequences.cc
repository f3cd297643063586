#include "cloudapi/store/sequences.h"

#include <fmt/format.h>

#include "cloudapi/store/connection.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kPrefixDigits = 8;
constexpr int kNumberDigits = 9;

}  // namespace

Sequences::Sequences(Connection& connection, Env& env) : connection_(connection) {
  static const std::string sql = "SELECT prefix, id, seq, revision FROM sequences";
  ScopedStatement row = connection_.Use(sql);
  if (!row.Step()) {
    prefix_ = base::Base36(env.Random(), kPrefixDigits);
    return;
  }
  prefix_ = row.TextAt(0);
  numbers_ = saved_ = {.id = row.NumberAt(1), .seq = row.NumberAt(2), .revision = row.NumberAt(3)};
}

std::string Sequences::NextId(std::string_view kind_prefix, std::string_view region_code) {
  return fmt::format("{}{}{}{}", kind_prefix, region_code, prefix_,
                     base::Base36(static_cast<std::uint64_t>(++numbers_.id), kNumberDigits));
}

void Sequences::Save() {
  static const std::string sql =
      "INSERT OR REPLACE INTO sequences (one, prefix, id, seq, revision) VALUES (1, :prefix, :id, "
      ":seq, :revision)";
  if (numbers_ == saved_) return;
  ScopedStatement row = connection_.Use(sql);
  row.Text(":prefix", prefix_).Number(":id", numbers_.id).Number(":seq", numbers_.seq);
  row.Number(":revision", numbers_.revision).Exec();
  saved_ = numbers_;
}

}  // namespace cloudapi
