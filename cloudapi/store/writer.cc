#include "cloudapi/store/writer.h"

#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace cloudapi {
namespace {

void AppendTo(JobChanges& batch, JobChanges request) {
  if (request.cleared) batch = {.cleared = true};
  std::ranges::move(request.added, std::back_inserter(batch.added));
  std::ranges::move(request.removed, std::back_inserter(batch.removed));
}

}  // namespace

std::optional<ApiError> Writer::Run(const std::string& request_id,
                                    const std::function<bool(Tx&)>& work) {
  now_ = env_.CloudNow();
  request_id_ = request_id;
  Db().Exec("SAVEPOINT request");
  std::optional<ApiError> failure;
  try {
    if (work(*this)) {
      ReleaseRequest();
      return std::nullopt;
    }
  } catch (const std::exception& error) {
    spdlog::error("request {}: {}", request_id, error.what());
    failure = ApiError{.code = "InternalError",
                       .message = "The request failed inside the cloud.",
                       .rule = "store.request"};
  }
  RollbackRequest();
  return failure;
}

void Writer::ReleaseRequest() {
  Db().Exec("RELEASE request");
  counters_.Release();
  for (Change& change : request_.changes) {
    change.revision = sequences_.NextRevision();
    batch_.changes.push_back(std::move(change));
  }
  // A Clear is a change of its own, even of an empty database: followers must notice it.
  if (request_.cleared) sequences_.NextRevision();
  batch_.cleared = batch_.cleared || request_.cleared;
  AppendTo(batch_.jobs, std::move(request_.jobs));
  request_ = {};
}

void Writer::RollbackRequest() {
  request_ = {};
  counters_.RollbackRequest();
  Db().Exec("ROLLBACK TO request");
  Db().Exec("RELEASE request");
}

Committed Writer::Commit() {
  counters_.Flush(now_);
  sequences_.Save();
  Db().Exec("COMMIT");
  batch_.revision = sequences_.Revision();
  return std::exchange(batch_, {});
}

void Writer::Rollback() {
  batch_ = {};
  counters_.Rollback();
  // Some failures have SQLite roll back by itself.
  if (sqlite3_get_autocommit(Db().Db().getHandle()) == 0) Db().Exec("ROLLBACK");
}

}  // namespace cloudapi
