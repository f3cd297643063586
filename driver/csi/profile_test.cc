#include "driver/csi/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace driver {
namespace {

using grpc::StatusCode;
using Rpc = csi::v1::ControllerServiceCapability::RPC;
using testing::ElementsAre;

TEST(ProfileTest, GivenAckThenWhatItsDriverAnnounces) {
  EXPECT_THAT(AckProfile().controller_rpcs,
              ElementsAre(Rpc::CREATE_DELETE_VOLUME, Rpc::PUBLISH_UNPUBLISH_VOLUME,
                          Rpc::CREATE_DELETE_SNAPSHOT, Rpc::LIST_SNAPSHOTS, Rpc::EXPAND_VOLUME,
                          Rpc::MODIFY_VOLUME));
  // The full profile adds, and takes nothing away.
  for (const auto rpc : AckProfile().controller_rpcs) EXPECT_TRUE(Announces(FullProfile(), rpc));
  EXPECT_FALSE(Announces(AckProfile(), Rpc::CLONE_VOLUME));
  EXPECT_EQ(AckProfile().node_rpcs.size(), 3U);
}

TEST(ProfileTest, GivenARefusalWhenAnsweredThenInTheCodesOfTheProfile) {
  const RpcError missing{StatusCode::NOT_FOUND, "volume d-1 does not exist"};
  EXPECT_EQ(Answered(FullProfile(), "CreateSnapshot", missing).error_code(), StatusCode::NOT_FOUND);
  const auto answered = Answered(AckProfile(), "CreateSnapshot", missing);
  EXPECT_EQ(answered.error_code(), StatusCode::INTERNAL);
  EXPECT_EQ(answered.error_message(), missing.message);
  EXPECT_EQ(Answered(AckProfile(), "ControllerPublishVolume", missing).error_code(),
            StatusCode::NOT_FOUND);
  // The cloud's refusals have codes of their own.
  const RpcError refused{StatusCode::FAILED_PRECONDITION, "no", "DiskNotPortable"};
  EXPECT_EQ(Answered(AckProfile(), "ControllerPublishVolume", refused).error_code(),
            StatusCode::INTERNAL);
  const RpcError own{StatusCode::FAILED_PRECONDITION, "no"};
  EXPECT_EQ(Answered(AckProfile(), "ControllerPublishVolume", own).error_code(),
            StatusCode::ABORTED);
}

}  // namespace
}  // namespace driver
