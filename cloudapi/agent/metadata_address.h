#pragma once
// Who serves 100.100.100.200, where every instance asks for its metadata.
#include <string>

#include "cloudapi/base/result.h"

namespace cloudapi {

inline constexpr const char* kMetadataAddress = "100.100.100.200";
inline constexpr int kMetadataPort = 80;

// Whether an instance metadata service answers there, within two seconds: it hands out a token, or
// tells the instance id or that a token is required. Any other HTTP server is none: proxies that
// catch every address answer too.
bool IsMetadataServed(const std::string& address, int port);

// Adds `address` to lo unless an interface of this host has it. Returns whether it was added.
// Errors: 409 MetadataServed when a metadata service beyond this host answers there, which the
// address on lo would hide from every process of the host, unless `take_over`; 500 InternalError.
Result<bool> ClaimMetadataAddress(const std::string& address, bool take_over);

// Takes kMetadataAddress from lo when the service that ended listened on it, and an agent had added
// it; `host` is where it listened. On another host there was another service: a second agent of the
// machine may serve kMetadataAddress. Returns whether it was removed. Errors: 500 InternalError.
Result<bool> ReleaseMetadataAddress(const std::string& host);

}  // namespace cloudapi
