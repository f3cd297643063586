#pragma once
// A node with one disk, for tests of Staging.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "driver/node/staging.h"
#include "driver/testing/fake_clock.h"
#include "driver/testing/fake_host.h"

namespace driver {

inline constexpr std::int64_t kGib = std::int64_t{1} << 30;

// One node with one attached disk, d-1, 20 GiB, empty.
class StagingFixture : public testing::Test {
 protected:
  static constexpr const char* kNode = "/dev/vdb";
  static constexpr const char* kLink = "/by-id/virtio-1";
  static constexpr const char* kStaging = "/kubelet/staging";
  static constexpr const char* kTarget = "/kubelet/pod-a";

  void SetUp() override { host_.Attach(kNode, kLink, 20 * kGib); }
  void TearDown() override { EXPECT_THAT(host_.Violations(), testing::IsEmpty()); }

  Deadline Soon() { return {.at = clock_.Now() + std::chrono::seconds(20)}; }
  static StageRequest ToStage(VolumeAccess access = {}) {
    return {.volume_id = "d-1", .staging_path = kStaging, .serial = "1", .access = access};
  }
  static PublishRequest ToPublish(const std::string& target = kTarget, VolumeAccess access = {}) {
    return {.volume_id = "d-1",
            .staging_path = kStaging,
            .target_path = target,
            .serial = "1",
            .access = access};
  }
  // As an attached disk that is in use elsewhere is found: formatted, with data.
  void GivenFormatted(const std::string& fs_type) {
    auto& device = host_.Device(kNode);
    device.content = {.kind = ContentKind::kFormatted, .type = fs_type};
    device.ends_zero = false;
    device.fs_bytes = device.bytes;
    device.data = "kept";
  }
  void GivenStaged(VolumeAccess access = {}) {
    ASSERT_TRUE(staging_.Stage(ToStage(access), Soon()));
  }

  FakeHost host_;
  FakeClock clock_;
  Staging staging_{host_, clock_, "/by-id"};
};

template <class T>
grpc::StatusCode CodeOf(const Result<T>& result) {
  return result ? grpc::StatusCode::OK : result.error().code;
}

template <class T>
std::string MessageOf(const Result<T>& result) {
  return result ? "" : result.error().message;
}

}  // namespace driver
