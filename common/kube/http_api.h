#pragma once
// The API server over HTTPS.
#include <memory>
#include <optional>
#include <string>

#include "common/kube/api.h"

namespace kube {

struct Server {
  std::string url;         // https://HOST:PORT; HOST a name, an IPv4 or a bracketed IPv6 address
  std::string ca_file;     // PEM of the authorities that the server's certificate must lead to
  std::string token_file;  // bearer token, read anew for every call, since it is rotated
  std::string name_space;  // of the pod; empty: unknown
};

// How a pod reaches its API server: KUBERNETES_SERVICE_HOST and _PORT, the service account's token
// and authority in `folder`. Nothing outside a pod.
std::optional<Server> InCluster(
    const std::string& folder = "/var/run/secrets/kubernetes.io/serviceaccount");

// Thread-safe client that keeps a few idle connections. The server's certificate is verified
// against the authority and against the host, also where that is an address. Ignores SIGPIPE in
// the whole process, since OpenSSL writes to sockets without MSG_NOSIGNAL.
// Errors: 400 for a URL that is not https://HOST[:PORT].
Result<std::unique_ptr<Api>> MakeHttpApi(Server server);

}  // namespace kube
