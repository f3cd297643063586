#include "cloudapi/store/records.h"

#include "cloudapi/store/object_table.h"

namespace cloudapi {
namespace {

std::int64_t Millis(SysMillis time) {
  return time.time_since_epoch().count();
}
SysMillis FromMillis(std::int64_t millis) {
  return SysMillis(std::chrono::milliseconds(millis));
}

}  // namespace

Job ReadJob(SQLite::Statement& statement) {
  return {.id = statement.getColumn(0).getInt64(),
          .due = FromMillis(statement.getColumn(1).getInt64()),
          .kind = statement.getColumn(2).getString(),
          .account = statement.getColumn(3).getString(),
          .subject = statement.getColumn(5).getString(),
          .detail = statement.getColumn(6).getString(),
          .region = statement.getColumn(4).getString()};
}

// Each insert into tokens and deleted also drops the two oldest rows that have expired, so that
// the tables stay as large as what one lifetime brings.
Records::Records(SQLite::Database& db)
    : add_job_(db,
               "INSERT INTO jobs (id, due, kind, account, region, subject, detail) VALUES (:id, "
               ":due, :kind, :account, :region, :subject, :detail)"),
      remove_job_(db, "DELETE FROM jobs WHERE id = :id"),
      jobs_of_(db, "SELECT " + std::string(kJobColumns) +
                       " FROM jobs WHERE account = :account AND region = :region AND subject = "
                       ":subject ORDER BY due, id"),
      find_token_(db,
                  "SELECT parameter_hash, answer, created FROM tokens WHERE account = :account AND "
                  "region = :region AND action = :action AND token = :token AND created > :oldest"),
      put_token_(db,
                 "INSERT INTO tokens (account, region, action, token, parameter_hash, answer, "
                 "created) VALUES (:account, :region, :action, :token, :hash, :answer, :created) "
                 "ON CONFLICT DO UPDATE SET parameter_hash = excluded.parameter_hash, answer = "
                 "excluded.answer, created = excluded.created"),
      prune_tokens_(db,
                    "DELETE FROM tokens WHERE (account, region, action, token) IN (SELECT account, "
                    "region, action, token FROM tokens WHERE account = :account AND region = "
                    ":region AND created <= :oldest ORDER BY created LIMIT 2)"),
      add_deleted_(db,
                   "INSERT OR REPLACE INTO deleted (account, region, id, deleted_time) VALUES "
                   "(:account, :region, :id, :now)"),
      find_deleted_(db,
                    "SELECT 1 FROM deleted WHERE account = :account AND id = :id AND deleted_time "
                    "> :oldest"),
      prune_deleted_(db,
                     "DELETE FROM deleted WHERE (account, id, region) IN (SELECT account, id, "
                     "region FROM deleted WHERE account = :account AND region = :region AND "
                     "deleted_time <= :oldest ORDER BY deleted_time LIMIT 2)"),
      meta_(db, "SELECT value FROM meta WHERE name = :name"),
      set_meta_(db,
                "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT DO UPDATE SET "
                "value = excluded.value") {}

void Records::AddJob(const Job& job) {
  Use use(add_job_);
  use.Number(":id", job.id).Number(":due", Millis(job.due)).Text(":kind", job.kind);
  use.Text(":account", job.account).Text(":region", job.region);
  use.Text(":subject", job.subject).Text(":detail", job.detail);
  use->exec();
}

void Records::RemoveJob(std::int64_t id) {
  Use use(remove_job_);
  use.Number(":id", id);
  use->exec();
}

std::vector<Job> Records::JobsOf(std::string_view account, std::string_view region,
                                 std::string_view subject) {
  Use use(jobs_of_);
  use.Text(":account", account).Text(":region", region).Text(":subject", subject);
  std::vector<Job> jobs;
  while (use->executeStep()) jobs.push_back(ReadJob(*use));
  return jobs;
}

std::optional<TokenRecord> Records::FindToken(const TokenKey& key, SysMillis now) {
  Use use(find_token_);
  use.Text(":account", key.account).Text(":region", key.region).Text(":action", key.action);
  use.Text(":token", key.token).Number(":oldest", Millis(now - kTokenLifetime));
  if (!use->executeStep()) return std::nullopt;
  return TokenRecord{.parameter_hash = use->getColumn(0).getString(),
                     .answer = use->getColumn(1).getString(),
                     .created = FromMillis(use->getColumn(2).getInt64())};
}

void Records::PutToken(const TokenKey& key, const TokenRecord& record, SysMillis now) {
  {
    Use use(prune_tokens_);
    use.Text(":account", key.account).Text(":region", key.region);
    use.Number(":oldest", Millis(now - kTokenLifetime));
    use->exec();
  }
  Use use(put_token_);
  use.Text(":account", key.account).Text(":region", key.region).Text(":action", key.action);
  use.Text(":token", key.token).Text(":hash", record.parameter_hash);
  use.Text(":answer", record.answer).Number(":created", Millis(record.created));
  use->exec();
}

void Records::AddDeleted(std::string_view account, std::string_view region, std::string_view id,
                         SysMillis now) {
  {
    Use use(prune_deleted_);
    use.Text(":account", account).Text(":region", region);
    use.Number(":oldest", Millis(now - kDeletedLifetime));
    use->exec();
  }
  Use use(add_deleted_);
  use.Text(":account", account).Text(":region", region).Text(":id", id);
  use.Number(":now", Millis(now));
  use->exec();
}

bool Records::WasDeleted(std::string_view account, std::string_view id, SysMillis now) {
  Use use(find_deleted_);
  use.Text(":account", account).Text(":id", id);
  use.Number(":oldest", Millis(now - kDeletedLifetime));
  return use->executeStep();
}

std::optional<std::string> Records::Meta(std::string_view name) {
  Use use(meta_);
  use.Text(":name", name);
  if (!use->executeStep()) return std::nullopt;
  return use->getColumn(0).getString();
}

void Records::SetMeta(std::string_view name, std::string_view value) {
  Use use(set_meta_);
  use.Text(":name", name).Text(":value", value);
  use->exec();
}

}  // namespace cloudapi
