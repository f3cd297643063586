#pragma once
// What one transaction on the writing connection is made of. Private to the store.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/store/connection.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

// What a committed transaction brought.
struct Committed {
  std::vector<Change> changes;
  std::int64_t revision = 0;
  bool cleared = false;
  JobChanges jobs;
};

// Lives on the writer thread. Begin, any number of Run, then Commit or Rollback.
class Writer final : public Tx {
 public:
  // The connection may write, has the schema and outlives the writer.
  Writer(Connection& connection, Env& env) : Tx(connection, env), env_(env) {}

  void Begin() { Db().Exec("BEGIN IMMEDIATE"); }
  // One request in a savepoint of its own. `work` returns whether to keep its effects; an exception
  // drops them and is returned as 500 InternalError.
  std::optional<ApiError> Run(const std::string& request_id, const std::function<bool(Tx&)>& work);
  Committed Commit();
  // What was run is undone.
  void Rollback();
  std::int64_t Revision() const { return sequences_.Revision(); }

 private:
  void ReleaseRequest();
  void RollbackRequest();

  Env& env_;
  Committed batch_;
};

}  // namespace cloudapi
