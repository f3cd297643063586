#pragma once
// Metadata over HTTP, as nodes read it at 100.100.100.200.
#include <memory>
#include <string>

#include "cloudapi/agent/metadata.h"
#include "cloudapi/core/result.h"

namespace cloudapi {

// Serves until destroyed, on threads of its own.
class MetadataServer {
 public:
  // `listen` is HOST:PORT, port 0 for any free one. Errors: 500 InternalError, not to be bound.
  static Result<std::unique_ptr<MetadataServer>> Start(const std::string& listen,
                                                       Metadata& metadata);
  ~MetadataServer();
  MetadataServer(const MetadataServer&) = delete;
  MetadataServer& operator=(const MetadataServer&) = delete;
  // HOST:PORT really bound.
  const std::string& Address() const { return address_; }

 private:
  struct State;
  MetadataServer(std::unique_ptr<State> state, std::string address);
  std::unique_ptr<State> state_;
  std::string address_;
};

}  // namespace cloudapi
