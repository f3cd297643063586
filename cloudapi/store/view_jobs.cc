// The readings of jobs.
#include <fmt/format.h>

#include "cloudapi/store/connection.h"
#include "cloudapi/store/view.h"

namespace cloudapi {
namespace {

// The jobs WHERE and in the ORDER of `rest`. (g++ 12 takes a sum of texts for an overflow here.)
std::string JobsSql(std::string_view rest) {
  return fmt::format("SELECT id, due, kind, account, region, subject, detail FROM jobs {}", rest);
}

std::vector<Job> ReadJobs(ScopedStatement& statement) {
  std::vector<Job> jobs;
  while (statement.Step()) {
    const Step step = EnumOf<Step>(statement.TextAt(2)).value();
    jobs.push_back({.id = statement.NumberAt(0),
                    .due = SysMillis(std::chrono::milliseconds(statement.NumberAt(1))),
                    .step = step,
                    .account = statement.TextAt(3),
                    .region = statement.TextAt(4),
                    .subject = statement.TextAt(5),
                    .detail = DetailOf(step, statement.TextAt(6))});
  }
  return jobs;
}

}  // namespace

std::vector<Job> View::JobsOf(std::string_view account, std::string_view region,
                              std::string_view subject) {
  static const std::string sql = JobsSql(
      "WHERE account = :account AND region = :region AND subject = :subject ORDER BY due, id");
  ScopedStatement jobs = connection_.Use(sql);
  jobs.Text(":account", account).Text(":region", region).Text(":subject", subject);
  return ReadJobs(jobs);
}

std::vector<Job> View::AllJobs() {
  static const std::string sql = JobsSql("ORDER BY due, id");
  ScopedStatement jobs = connection_.Use(sql);
  return ReadJobs(jobs);
}

}  // namespace cloudapi
