// The readings of jobs.
#include "cloudapi/store/connection.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

constexpr const char* kSelect = "SELECT id, due, kind, account, region, subject, detail FROM jobs";

std::vector<Job> ReadJobs(ScopedStatement& statement) {
  std::vector<Job> jobs;
  while (statement.Step()) {
    jobs.push_back({.id = statement.NumberAt(0),
                    .due = SysMillis(std::chrono::milliseconds(statement.NumberAt(1))),
                    .kind = statement.TextAt(2),
                    .account = statement.TextAt(3),
                    .subject = statement.TextAt(5),
                    .detail = statement.TextAt(6),
                    .region = statement.TextAt(4)});
  }
  return jobs;
}

}  // namespace

std::vector<Job> View::JobsOf(std::string_view account, std::string_view region,
                              std::string_view subject) {
  static const std::string sql = std::string(kSelect) +
                                 " WHERE account = :account AND region = :region AND subject = "
                                 ":subject ORDER BY due, id";
  ScopedStatement jobs = connection_.Use(sql);
  jobs.Text(":account", account).Text(":region", region).Text(":subject", subject);
  return ReadJobs(jobs);
}

std::vector<Job> View::DueJobs(SysMillis now, std::int64_t limit) {
  static const std::string sql =
      std::string(kSelect) + " WHERE due <= :now ORDER BY due, id LIMIT :limit";
  ScopedStatement jobs = connection_.Use(sql);
  jobs.Number(":now", now.time_since_epoch().count()).Number(":limit", limit);
  return ReadJobs(jobs);
}

std::vector<Job> View::AllJobs() {
  return DueJobs(SysMillis::max(), INT64_MAX);
}

std::optional<SysMillis> View::NextDueAfter(SysMillis now) {
  static const std::string sql = "SELECT due FROM jobs WHERE due > :now ORDER BY due LIMIT 1";
  ScopedStatement next = connection_.Use(sql);
  next.Number(":now", now.time_since_epoch().count());
  if (!next.Step()) return std::nullopt;
  return SysMillis(std::chrono::milliseconds(next.NumberAt(0)));
}

}  // namespace cloudapi
