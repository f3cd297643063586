#include "driver/controller/attachments.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;
using testing::AllOf;
using testing::HasSubstr;

class AttachmentsTest : public ServiceTest {};

TEST_F(AttachmentsTest, GivenVolumeWhenPublishedTwiceThenSameContext) {
  const auto id = Created("pvc-1");
  ASSERT_TRUE(Publish(id, "i-b1").ok());
  const auto first = published_;
  EXPECT_EQ(first.publish_context().at("serialNumber"), id.substr(2));
  EXPECT_EQ(first.publish_context().at("zonedisk.io/blank"), "true");
  ASSERT_TRUE(Publish(id, "i-b1").ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(first, published_));
}

TEST_F(AttachmentsTest, GivenSecondAttachmentWhenPublishedThenNotBlank) {
  const auto id = UsedVolume("pvc-1");
  ASSERT_TRUE(Unpublish(id, "i-b1").ok());
  ASSERT_TRUE(Publish(id, "i-b2").ok());
  EXPECT_EQ(published_.publish_context().count("zonedisk.io/blank"), 0U);
}

TEST_F(AttachmentsTest, GivenVolumeWhenUnpublishedTwiceThenDetachedAndOk) {
  const auto id = UsedVolume("pvc-1");
  EXPECT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_TRUE(fake_.Disks().front().attached_to.empty());
  EXPECT_TRUE(Unpublish("no-such-volume", "i-b1").ok());
  EXPECT_TRUE(Unpublish(id, "no-such-node").ok());
}

TEST_F(AttachmentsTest, GivenNoNodeWhenUnpublishedThenFromAll) {
  const auto id = UsedVolume("pvc-1");
  EXPECT_TRUE(Unpublish(id, "").ok());
  EXPECT_TRUE(fake_.Disks().front().attached_to.empty());
}

TEST_F(AttachmentsTest, GivenOtherNodeWhenUnpublishedThenStaysAttached) {
  const auto id = UsedVolume("pvc-1");
  EXPECT_TRUE(Unpublish(id, "i-b2").ok());
  EXPECT_EQ(fake_.Disks().front().attached_to, std::vector<std::string>{"i-b1"});
}

// It is a part of its instance, and no volume to any call.
TEST_F(AttachmentsTest, GivenSystemDiskWhenNamedAsVolumeThenThereIsNoSuchVolumeAndItStays) {
  const DiskQuery query{.type = "system"};
  clock_.Advance(std::chrono::seconds(1));
  const auto before = fake_.DescribeDisks(query)->disks;
  ASSERT_EQ(before.size(), 3U);
  const std::string id = before.front().id;
  ASSERT_EQ(before.front().attached_to, std::vector<std::string>{"i-b1"});
  EXPECT_EQ(Publish(id, "i-b1").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Publish(id, "i-b2").error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(Snapshot(id, "snap").error_code(), StatusCode::NOT_FOUND);
  EXPECT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_TRUE(Unpublish(id, "").ok());
  EXPECT_TRUE(Delete(id).ok());
  EXPECT_EQ(fake_.DescribeDisks(query)->disks, before);
}

TEST_F(AttachmentsTest, GivenUnknownsWhenPublishedThenNotFound) {
  EXPECT_EQ(Publish("no-such-volume", "i-b1").error_code(), StatusCode::NOT_FOUND);
  const auto id = Created("pvc-1");
  EXPECT_EQ(Publish(id, "no-such-node").error_code(), StatusCode::NOT_FOUND);
}

TEST_F(AttachmentsTest, GivenOtherZoneWhenPublishedThenCloudsRefusalNamesBoth) {
  const auto id = Created("pvc-1");
  const auto status = Publish(id, "i-d1");
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(),
              AllOf(HasSubstr("ResourcesNotInSameZone"), HasSubstr("cn-hangzhou-b"),
                    HasSubstr("cn-hangzhou-d")));
}

TEST_F(AttachmentsTest, GivenAttachedElsewhereWhenPublishedThenFailedPrecondition) {
  const auto id = UsedVolume("pvc-1");
  const auto status = Publish(id, "i-b2");
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("i-b1"));
}

TEST_F(AttachmentsTest, GivenFullNodeWhenPublishedThenExhausted) {
  fake_.AddInstance({.id = "i-tiny", .zone = "cn-hangzhou-b"}, 1);
  const auto first = Created("pvc-1");
  const auto second = Created("pvc-2");
  ASSERT_TRUE(Publish(first, "i-tiny").ok());
  EXPECT_EQ(Publish(second, "i-tiny").error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(AttachmentsTest, GivenDetachingWhenPublishedElsewhereThenWaitsForIt) {
  const auto id = UsedVolume("pvc-1");
  ASSERT_TRUE(fake_.DetachDisk({id, "i-b1"}));
  ASSERT_TRUE(Publish(id, "i-b2").ok());
  EXPECT_EQ(fake_.Disks().front().attached_to, std::vector<std::string>{"i-b2"});
}

TEST_F(AttachmentsTest, GivenAttachingWhenUnpublishedThenDetachedInTheEnd) {
  const auto id = Created("pvc-1");
  ASSERT_TRUE(fake_.AttachDisk({id, "i-b1"}));
  ASSERT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_TRUE(fake_.Disks().front().attached_to.empty());
}

TEST_F(AttachmentsTest, GivenMultiNodeModeWhenDiskIsForOneThenInvalid) {
  auto request = PublishRequest(Created("pvc-1"), "i-b1");
  request.mutable_volume_capability()->mutable_block();
  request.mutable_volume_capability()->mutable_access_mode()->set_mode(
      VolumeCapability::AccessMode::MULTI_NODE_MULTI_WRITER);
  EXPECT_EQ(
      Call(&csi::v1::Controller::Stub::ControllerPublishVolume, request, published_).error_code(),
      StatusCode::INVALID_ARGUMENT);
}

class MultiAttachTest : public AttachmentsTest {
 protected:
  static VolumeCapability Shared() {
    VolumeCapability capability;
    capability.mutable_block();
    capability.mutable_access_mode()->set_mode(
        VolumeCapability::AccessMode::MULTI_NODE_MULTI_WRITER);
    return capability;
  }
  std::string CreateShared() {
    auto create = CreateRequest("shared");
    create.clear_volume_capabilities();
    *create.add_volume_capabilities() = Shared();
    EXPECT_EQ(Create(create).error_code(), StatusCode::INVALID_ARGUMENT);
    (*create.mutable_parameters())["multiAttach"] = "true";
    EXPECT_TRUE(Create(create).ok());
    return created_.volume().volume_id();
  }
  grpc::Status PublishShared(const std::string& id, const std::string& node) {
    auto request = PublishRequest(id, node);
    *request.mutable_volume_capability() = Shared();
    return Call(&csi::v1::Controller::Stub::ControllerPublishVolume, request, published_);
  }
  // Where the disk is once nothing is under way any more.
  std::vector<std::string> Settled() {
    clock_.Advance(std::chrono::seconds(10));
    return fake_.Disks().front().attached_to;
  }
};

TEST_F(MultiAttachTest, GivenDiskWhenPublishedOnTwoNodesThenBoth) {
  const auto id = CreateShared();
  for (const auto* node : {"i-b1", "i-b2", "i-b1"}) ASSERT_TRUE(PublishShared(id, node).ok());
  EXPECT_EQ(fake_.Disks().front().attached_to.size(), 2U);
  // A single-node mode cannot join them.
  fake_.AddInstance({.id = "i-b3", .zone = "cn-hangzhou-b"});
  EXPECT_EQ(Publish(id, "i-b3").error_code(), StatusCode::FAILED_PRECONDITION);
}

TEST_F(MultiAttachTest, GivenSecondAttachmentStillComingWhenUnpublishedThenDetachedInTheEnd) {
  const auto id = CreateShared();
  ASSERT_TRUE(PublishShared(id, "i-b1").ok());
  ASSERT_TRUE(fake_.AttachDisk({id, "i-b2"}));
  EXPECT_EQ(fake_.Disks().front().attached_to, std::vector<std::string>{"i-b1"});
  ASSERT_TRUE(Unpublish(id, "i-b2").ok());
  EXPECT_EQ(Settled(), std::vector<std::string>{"i-b1"});
}

TEST_F(MultiAttachTest, GivenAttachmentComingWhileAnotherLeavesWhenUnpublishedThenBothAreGone) {
  const auto id = CreateShared();
  ASSERT_TRUE(PublishShared(id, "i-b1").ok());
  ASSERT_TRUE(fake_.DetachDisk({id, "i-b1"}));
  ASSERT_TRUE(fake_.AttachDisk({id, "i-b2"}));
  ASSERT_TRUE(Unpublish(id, "i-b2").ok());
  EXPECT_EQ(Settled(), std::vector<std::string>{});
}

TEST_F(MultiAttachTest, GivenComingAttachmentWhenDeadlineEndsThenNotOkAndRepetitionFinishes) {
  const auto id = CreateShared();
  ASSERT_TRUE(PublishShared(id, "i-b1").ok());
  ASSERT_TRUE(fake_.AttachDisk({id, "i-b2"}));
  // Ends before the attachment is complete.
  grpc::ClientContext context;
  context.set_deadline(clock_.WallNow() + std::chrono::milliseconds(150));
  csi::v1::ControllerUnpublishVolumeRequest request;
  request.set_volume_id(id);
  request.set_node_id("i-b2");
  csi::v1::ControllerUnpublishVolumeResponse response;
  EXPECT_EQ(stub().ControllerUnpublishVolume(&context, request, &response).error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(Unpublish(id, "i-b2").ok());
  EXPECT_EQ(Settled(), std::vector<std::string>{"i-b1"});
}

TEST_F(MultiAttachTest, GivenNodeWithoutTheDiskWhenUnpublishedThenOthersKeepIt) {
  const auto id = CreateShared();
  ASSERT_TRUE(PublishShared(id, "i-b1").ok());
  EXPECT_TRUE(Unpublish(id, "i-b2").ok());
  EXPECT_TRUE(Unpublish(id, "no-such-node").ok());
  EXPECT_EQ(Settled(), std::vector<std::string>{"i-b1"});
}

TEST_F(MultiAttachTest, GivenTwoNodesWhenUnpublishedFromAllThenNoneIsLeft) {
  const auto id = CreateShared();
  ASSERT_TRUE(PublishShared(id, "i-b1").ok());
  ASSERT_TRUE(fake_.AttachDisk({id, "i-b2"}));
  EXPECT_TRUE(Unpublish(id, "").ok());
  EXPECT_EQ(Settled(), std::vector<std::string>{});
}

TEST_F(AttachmentsTest, GivenShortDeadlineWhenPublishedThenRepeatedCallGoesOn) {
  const auto id = Created("pvc-1");
  Script({});
  // 0.15 s end before the attachment does.
  grpc::ClientContext context;
  context.set_deadline(clock_.WallNow() + std::chrono::milliseconds(150));
  EXPECT_EQ(stub()
                .ControllerPublishVolume(&context, PublishRequest(id, "i-b1"), &published_)
                .error_code(),
            StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(Publish(id, "i-b1").ok());
  EXPECT_EQ(scripted_->Calls("AttachDisk"), 1);
}

struct StepCase {
  std::string name;
  DiskStatus status;
  std::vector<std::string> attached_to;
  bool multi_attach;
  AttachStep expected;
};

class NextAttachStepTest : public testing::TestWithParam<StepCase> {};

TEST_P(NextAttachStepTest, GivenDiskWhenWantedOnI1ThenStep) {
  const Disk disk{.id = "d-1",
                  .status = GetParam().status,
                  .multi_attach = GetParam().multi_attach,
                  .attached_to = GetParam().attached_to};
  EXPECT_EQ(NextAttachStep(disk, "i-1"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NextAttachStepTest,
    testing::Values(
        StepCase{"Available", DiskStatus::kAvailable, {}, false, AttachStep::kAttach},
        StepCase{"Here", DiskStatus::kInUse, {"i-1"}, false, AttachStep::kDone},
        StepCase{"Elsewhere", DiskStatus::kInUse, {"i-2"}, false, AttachStep::kElsewhere},
        StepCase{"MultiElsewhere", DiskStatus::kInUse, {"i-2"}, true, AttachStep::kAttach},
        StepCase{"MultiHere", DiskStatus::kInUse, {"i-2", "i-1"}, true, AttachStep::kDone},
        StepCase{"AttachingHere", DiskStatus::kAttaching, {"i-1"}, false, AttachStep::kWait},
        StepCase{"AttachingUnknown", DiskStatus::kAttaching, {}, false, AttachStep::kWait},
        StepCase{
            "AttachingElsewhere", DiskStatus::kAttaching, {"i-2"}, false, AttachStep::kElsewhere},
        StepCase{
            "MultiAttachingElsewhere", DiskStatus::kAttaching, {"i-2"}, true, AttachStep::kWait},
        StepCase{"DetachingHere", DiskStatus::kDetaching, {"i-1"}, false, AttachStep::kWait},
        StepCase{"DetachingElsewhere", DiskStatus::kDetaching, {"i-2"}, false, AttachStep::kWait},
        StepCase{"Creating", DiskStatus::kCreating, {}, false, AttachStep::kWait},
        StepCase{"ReIniting", DiskStatus::kReIniting, {"i-1"}, false, AttachStep::kWait},
        StepCase{"Other", DiskStatus::kOther, {}, false, AttachStep::kWait}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
