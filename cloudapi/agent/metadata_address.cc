#include "cloudapi/agent/metadata_address.h"

#include <httplib.h>

#include <chrono>

#include "cloudapi/agent/loopback.h"
#include "cloudapi/agent/metadata.h"

namespace cloudapi {

bool IsMetadataServed(const std::string& address, int port) {
  constexpr std::chrono::seconds kProbeTimeout{1};
  httplib::Client client(address, port);
  client.set_connection_timeout(kProbeTimeout);
  client.set_read_timeout(kProbeTimeout);
  const auto token = client.Put("/latest/api/token", {{kTtlHeader, "1"}}, "", "text/plain");
  if (!token) return false;
  if (token->status == 200 && !token->body.empty()) return true;
  const auto id = client.Get("/latest/meta-data/instance-id");
  return id && (id->status == 200 || id->status == 401 || id->status == 403);
}

Result<bool> ClaimMetadataAddress(const std::string& address, bool take_over) {
  if (!HasAddress(address) && !take_over && IsMetadataServed(address, kMetadataPort)) {
    return Refuse(409, "MetadataServed", "agent.metadata-address",
                  "a metadata service answers on " + address +
                      " already, as on a real instance; give --metadata-listen another address, or "
                      "--metadata-take-over to hide it from every process of this host");
  }
  return AddToLoopback(address);
}

Result<bool> ReleaseMetadataAddress(const std::string& host) {
  if (host != kMetadataAddress) return false;
  return RemoveFromLoopback(host);
}

}  // namespace cloudapi
