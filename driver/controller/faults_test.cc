// What the network and the service do to calls: lost answers, throttling, refusals in between.
#include <vector>

#include "driver/controller/volumes.h"
#include "driver/testing/service_fixture.h"
// After gtest, which it needs and does not include.
#include <rapidcheck/gtest.h>

namespace driver {
namespace {

using grpc::StatusCode;

class FaultsTest : public ServiceTest {};

TEST_F(FaultsTest, GivenLostCreateAnswerWhenRepeatedThenOneDisk) {
  Script({LostAnswer("CreateDisk")});
  EXPECT_EQ(Create(CreateRequest("pvc-1")).error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Create(CreateRequest("pvc-1")).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
  EXPECT_EQ(scripted_->Calls("CreateDisk"), 1);  // found by its tag
}

TEST_F(FaultsTest, GivenRestartAfterLostAnswerWhenRepeatedThenOneDisk) {
  Script({LostAnswer("CreateDisk")});
  EXPECT_EQ(Create(CreateRequest("pvc-1")).error_code(), StatusCode::UNAVAILABLE);
  Restart();
  EXPECT_TRUE(Create(CreateRequest("pvc-1")).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

struct ThrottledCase {
  std::string name;
  std::string code;
};

class ThrottlingTest : public ServiceTest, public testing::WithParamInterface<ThrottledCase> {};

TEST_P(ThrottlingTest, GivenThrottlingForAWhileWhenCalledThenSucceeds) {
  const CloudError throttled{GetParam().code, 400, "scripted"};
  Script({{"CreateDisk", 1, throttled},
          {"CreateDisk", 2, throttled},
          {"DescribeDisks", 1, throttled},
          {"DescribeAvailableResource", 1, throttled},
          {"AttachDisk", 1, throttled},
          {"DetachDisk", 1, throttled},
          {"DeleteDisk", 1, throttled},
          {"DescribeInstances", 1, throttled},
          {"CreateSnapshot", 1, throttled},
          {"DescribeSnapshots", 1, throttled},
          {"DeleteSnapshot", 1, throttled}});
  const auto id = UsedVolume("pvc-1");
  ASSERT_TRUE(Snapshot(id, "snap").ok());
  csi::v1::DeleteSnapshotRequest request;
  request.set_snapshot_id(snapshotted_.snapshot().snapshot_id());
  csi::v1::DeleteSnapshotResponse response;
  EXPECT_TRUE(Call(&csi::v1::Controller::Stub::DeleteSnapshot, request, response).ok());
  EXPECT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_TRUE(Delete(id).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

INSTANTIATE_TEST_SUITE_P(Family, ThrottlingTest,
                         testing::Values(ThrottledCase{"Plain", "Throttling"},
                                         ThrottledCase{"User", "Throttling.User"},
                                         ThrottledCase{"Api", "Throttling.Api"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_F(FaultsTest, GivenThrottlingToTheEndWhenCalledThenUnavailable) {
  std::vector<Fault> faults;
  // Calls at 0, 50, 150, 350, 750 and 1550 ms; the answer is due at 1.8 s.
  for (int nth = 1; nth <= 6; ++nth) faults.push_back({"CreateDisk", nth});
  Script(faults);
  EXPECT_EQ(Create(CreateRequest("pvc-1"), std::chrono::seconds(2)).error_code(),
            StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Create(CreateRequest("pvc-1")).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

TEST_F(FaultsTest, GivenLostAttachAnswerWhenPublishedThenAttachedByOneCall) {
  Script({LostAnswer("AttachDisk"), LostAnswer("DetachDisk")});
  const auto id = Created("pvc-1");
  EXPECT_TRUE(Publish(id, "i-b1").ok());
  EXPECT_EQ(scripted_->Calls("AttachDisk"), 1);
  EXPECT_TRUE(Unpublish(id, "i-b1").ok());
  EXPECT_EQ(scripted_->Calls("DetachDisk"), 1);
}

TEST_F(FaultsTest, GivenLostSnapshotAnswerWhenRepeatedThenOneSnapshot) {
  Script({LostAnswer("CreateSnapshot")});
  const auto id = UsedVolume("pvc-1");
  EXPECT_TRUE(Snapshot(id, "snap").ok());  // found by its tag
  EXPECT_TRUE(Snapshot(id, "snap").ok());
  EXPECT_EQ(fake_.Snapshots().size(), 1U);
}

TEST_F(FaultsTest, GivenLostDeleteAnswerWhenRepeatedThenGone) {
  Script({LostAnswer("DeleteDisk")});
  const auto id = Created("pvc-1");
  EXPECT_EQ(Delete(id).error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Delete(id).ok());
}

TEST_F(FaultsTest, GivenRefusedCreateWhenOtherPlaceMayDoThenGoesOn) {
  Script({{"CreateDisk", 1, {"Zone.NotOnSale", 403, "scripted"}}});
  auto request = CreateRequest("pvc-1");
  Require(request, "cn-hangzhou-b");
  Require(request, "cn-hangzhou-d");
  ASSERT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.Disks().front().zone, "cn-hangzhou-d");
}

struct CreateFaultCase {
  std::string name;
  std::string ecs_code;
  StatusCode expected;
};

class CreateFaultTest : public ServiceTest, public testing::WithParamInterface<CreateFaultCase> {};

TEST_P(CreateFaultTest, GivenRefusalWhenCreatedThenCodeAndLaterOneDisk) {
  Script({{"CreateDisk", 1, {GetParam().ecs_code, 403, "scripted"}}});
  auto request = CreateRequest("pvc-1");
  Require(request, "cn-hangzhou-b");
  EXPECT_EQ(Create(request).error_code(), GetParam().expected);
  EXPECT_TRUE(Create(request).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CreateFaultTest,
    testing::Values(
        CreateFaultCase{"Stock", "InvalidDataDiskCategory.NotSupported",
                        StatusCode::RESOURCE_EXHAUSTED},
        CreateFaultCase{"NotOnSale", "Zone.NotOnSale", StatusCode::RESOURCE_EXHAUSTED},
        CreateFaultCase{"Quota", "QuotaExceed.PostPaidDisk", StatusCode::RESOURCE_EXHAUSTED},
        CreateFaultCase{"Size", "InvalidDiskSize.NotSupported", StatusCode::OUT_OF_RANGE},
        CreateFaultCase{"Server", "InternalError", StatusCode::UNAVAILABLE},
        CreateFaultCase{"Forbidden", "Forbidden.RAM", StatusCode::PERMISSION_DENIED},
        CreateFaultCase{"Unknown", "SomethingNew", StatusCode::INTERNAL}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(FaultsTest, GivenTokenInFlightWhenCreatedThenWaitsForIt) {
  Script({{"CreateDisk", 1, {"LastTokenProcessing", 403, "scripted"}}});
  EXPECT_TRUE(Create(CreateRequest("pvc-1")).ok());
  EXPECT_EQ(fake_.CreatedDisks(), 1);
}

TEST_F(FaultsTest, GivenExpandFaultsWhenCalledThenCodes) {
  Script({{"ResizeDisk", 1, {"LastOrderProcessing", 400, "scripted"}},
          {"ResizeDisk", 3, {"InvalidDiskCategory.NotSupported", 403, "scripted"}}});
  const auto id = UsedVolume("pvc-1");
  csi::v1::ControllerExpandVolumeRequest request;
  request.set_volume_id(id);
  request.mutable_capacity_range()->set_required_bytes(30 * kGib);
  csi::v1::ControllerExpandVolumeResponse response;
  const auto expand = &csi::v1::Controller::Stub::ControllerExpandVolume;
  EXPECT_TRUE(Call(expand, request, response).ok());
  request.mutable_capacity_range()->set_required_bytes(40 * kGib);
  EXPECT_EQ(Call(expand, request, response).error_code(), StatusCode::FAILED_PRECONDITION);
}

// Whatever answers are lost or throttled, whatever deadlines pass and whenever the driver starts
// anew: repeating CreateVolume ends with one disk.
RC_GTEST_PROP(CreateVolumeProperty, GivenAnyFaultsWhenRepeatedThenOneDisk, ()) {
  std::vector<Fault> faults;
  for (const std::string action : {"CreateDisk", "DescribeDisks", "DescribeAvailableResource"}) {
    // Of the first eleven calls: 0 and 1 go well, 2 loses its answer, 3 is throttled.
    const auto fates = *rc::gen::container<std::vector<int>>(11, rc::gen::inRange(0, 4));
    for (int nth = 1; nth <= 11; ++nth) {
      const int fate = fates[static_cast<std::size_t>(nth - 1)];
      if (fate == 2) faults.push_back(LostAnswer(action, nth));
      if (fate == 3) faults.push_back({action, nth});
    }
  }
  FakeClock clock;
  FakeCloud fake(clock);
  ScriptedCloud cloud(fake, faults);
  const CreateVolumeRequest wanted{.name = "pvc-1", .size = {.at_least_gib = 20}};
  std::optional<std::string> id;
  for (int call = 0; call < 60; ++call) {
    // A new driver each time: nothing is remembered but what the cloud knows.
    VolumeLocks locks;
    Zones zones(cloud, clock, {.default_zone = "cn-hangzhou-b"});
    Volumes volumes({cloud, clock, locks, ""}, zones);
    const auto patience = std::chrono::milliseconds(*rc::gen::inRange(0, 400));
    clock.Advance(std::chrono::milliseconds(50));
    const auto disk = volumes.Create(wanted, {clock.Now() + patience});
    if (!disk) continue;
    if (id) RC_ASSERT(*id == disk->id);
    id = disk->id;
  }
  RC_ASSERT(id.has_value());
  RC_ASSERT(fake.CreatedDisks() == 1);
}

}  // namespace
}  // namespace driver
