#pragma once
// The small HTTP servers of a node: instance metadata, as nodes read it at 100.100.100.200, and the
// agent's own health.
#include <memory>
#include <string>

#include "cloudapi/agent/health.h"
#include "cloudapi/agent/metadata.h"
#include "cloudapi/base/result.h"
#include "common/base/small_http_server.h"

namespace cloudapi {

// `listen` is HOST:PORT, port 0 for any free one. Errors: 500 InternalError, not to be bound.
Result<std::unique_ptr<base::SmallHttpServer>> ServeMetadata(const std::string& listen,
                                                             Metadata& metadata);
// GET /healthz and /readyz: 200 or 503, with the same JSON body that says why.
Result<std::unique_ptr<base::SmallHttpServer>> ServeHealth(const std::string& listen,
                                                           Health& health);

}  // namespace cloudapi
