#pragma once
// Calls of workloads that the API server refused for want of a right, from its audit log: it also
// has those of Pods that are gone, and those that a client never tells.
#include <cstdint>
#include <string>
#include <string_view>

namespace e2e {

// Returns a line for each call in the lines of an audit log that RBAC has forbidden to a service
// account: who, what, and the server's reason. Lines that are no JSON are told, too.
std::string ForbiddenCalls(std::string_view audit_log);

// The audit log of TheCluster() from the construction of this object on, or all of it.
class AuditLog {
 public:
  AuditLog();
  static AuditLog Whole() { return AuditLog(0); }
  // Whole lines only: of the last one the server may have written the beginning.
  std::string Since() const;

 private:
  explicit AuditLog(std::uintmax_t start) : start_(start) {}

  std::uintmax_t start_;
};

}  // namespace e2e
