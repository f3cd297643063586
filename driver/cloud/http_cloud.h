#pragma once
// The cloud over its public OpenAPI: ECS 2014-05-26, HTTP, signature V1.
#include <memory>
#include <string>

#include "driver/base/clock.h"
#include "driver/cloud/cloud.h"

namespace driver {

struct HttpCloudSettings {
  std::string endpoint = "http://127.0.0.1:20140";
  std::string region = "cn-hangzhou";
  std::string access_key_id = "testid";
  std::string access_key_secret = "testsecret";  // never logged, never in a message
  std::string security_token;                    // of temporary keys; empty: none
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(2);
  std::chrono::milliseconds answer_timeout = std::chrono::seconds(10);
};

// Thread-safe: every call takes a kept connection of its own from a pool, or opens one.
// `clock` (time stamps, nonces) outlives it.
std::unique_ptr<Cloud> MakeHttpCloud(HttpCloudSettings settings, Clock& clock);

}  // namespace driver
