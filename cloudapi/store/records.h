#pragma once
// The small tables: jobs, tokens, deleted ids, settings. Private to the writer.
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/store/store.h"

namespace cloudapi {

inline constexpr std::string_view kJobColumns = "id, due, kind, account, region, subject, detail";
// The job of a row of kJobColumns.
Job ReadJob(SQLite::Statement& statement);

// Lives on the writer thread.
class Records {
 public:
  explicit Records(SQLite::Database& db);

  void AddJob(const Job& job);
  void RemoveJob(std::int64_t id);
  std::vector<Job> JobsOf(std::string_view account, std::string_view region,
                          std::string_view subject);

  std::optional<TokenRecord> FindToken(const TokenKey& key, SysMillis now);
  void PutToken(const TokenKey& key, const TokenRecord& record, SysMillis now);

  void AddDeleted(std::string_view account, std::string_view region, std::string_view id,
                  SysMillis now);
  bool WasDeleted(std::string_view account, std::string_view id, SysMillis now);

  std::optional<std::string> Meta(std::string_view name);
  void SetMeta(std::string_view name, std::string_view value);

 private:
  SQLite::Statement add_job_;
  SQLite::Statement remove_job_;
  SQLite::Statement jobs_of_;
  SQLite::Statement find_token_;
  SQLite::Statement put_token_;
  SQLite::Statement prune_tokens_;
  SQLite::Statement add_deleted_;
  SQLite::Statement find_deleted_;
  SQLite::Statement prune_deleted_;
  SQLite::Statement meta_;
  SQLite::Statement set_meta_;
};

}  // namespace cloudapi
