#include "driver/controller/volume_queries.h"

#include <algorithm>
#include <set>

#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;

class VolumeQueriesTest : public ServiceTest {
 protected:
  grpc::Status List(const csi::v1::ListVolumesRequest& request) {
    return Call(&csi::v1::Controller::Stub::ListVolumes, request, listed_);
  }
  grpc::Status Validate(const csi::v1::ValidateVolumeCapabilitiesRequest& request) {
    return Call(&csi::v1::Controller::Stub::ValidateVolumeCapabilities, request, validated_);
  }
  grpc::Status Capacity(const csi::v1::GetCapacityRequest& request) {
    return Call(&csi::v1::Controller::Stub::GetCapacity, request, capacity_);
  }

  csi::v1::ListVolumesResponse listed_;
  csi::v1::ValidateVolumeCapabilitiesResponse validated_;
  csi::v1::GetCapacityResponse capacity_;
};

TEST_F(VolumeQueriesTest, GivenVolumesWhenListedThenWithTheirNodes) {
  const auto id = UsedVolume("pvc-1");
  Created("pvc-2");
  ASSERT_TRUE(List({}).ok());
  ASSERT_EQ(listed_.entries_size(), 2);
  EXPECT_EQ(listed_.entries(0).volume().volume_id(), id);
  ASSERT_EQ(listed_.entries(0).status().published_node_ids_size(), 1);
  EXPECT_EQ(listed_.entries(0).status().published_node_ids(0), "i-b1");
  EXPECT_EQ(listed_.entries(1).status().published_node_ids_size(), 0);
}

TEST_F(VolumeQueriesTest, GivenManyWhenPagedThenEachOnce) {
  for (int i = 0; i < 23; ++i) Created("pvc-" + std::to_string(i));
  csi::v1::ListVolumesRequest request;
  request.set_max_entries(7);
  std::set<std::string> ids;
  std::vector<int> sizes;
  do {
    ASSERT_TRUE(List(request).ok());
    sizes.push_back(listed_.entries_size());
    for (const auto& entry : listed_.entries()) ids.insert(entry.volume().volume_id());
    request.set_starting_token(listed_.next_token());
  } while (!listed_.next_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{7, 7, 7, 2}));
  EXPECT_EQ(ids.size(), 23U);
}

TEST_F(VolumeQueriesTest, GivenVolumesGoneBetweenPagesWhenPagedThenNoneIsSkippedOrTwice) {
  std::vector<std::string> made;
  for (int i = 0; i < 23; ++i) made.push_back(Created("pvc-" + std::to_string(i)));
  csi::v1::ListVolumesRequest request;
  request.set_max_entries(4);
  std::vector<std::string> seen;
  do {
    ASSERT_TRUE(List(request).ok());
    for (const auto& entry : listed_.entries()) seen.push_back(entry.volume().volume_id());
    request.set_starting_token(listed_.next_token());
    // The first of those just listed, and the next that would come: as if never there.
    ASSERT_TRUE(Delete(seen[seen.size() - static_cast<std::size_t>(listed_.entries_size())]).ok());
    const auto next = std::ranges::find(made, seen.back()) + 1;
    if (next == made.end()) break;
    ASSERT_TRUE(Delete(*next).ok());
    made.erase(next);
  } while (!listed_.next_token().empty());
  EXPECT_EQ(seen, made);
}

TEST_F(VolumeQueriesTest, GivenBadPagesWhenListedThenCodes) {
  csi::v1::ListVolumesRequest request;
  request.set_starting_token("nonsense");
  EXPECT_EQ(List(request).error_code(), StatusCode::ABORTED);
  request.set_starting_token("0@not-from-here");
  EXPECT_EQ(List(request).error_code(), StatusCode::ABORTED);
  request.clear_starting_token();
  request.set_max_entries(-1);
  EXPECT_EQ(List(request).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(VolumeQueriesTest, GivenVolumeWhenGottenThenVolumeOrNotFound) {
  csi::v1::ControllerGetVolumeRequest request;
  csi::v1::ControllerGetVolumeResponse got;
  const auto get = &csi::v1::Controller::Stub::ControllerGetVolume;
  EXPECT_EQ(Call(get, request, got).error_code(), StatusCode::INVALID_ARGUMENT);
  request.set_volume_id("no-such-volume");
  EXPECT_EQ(Call(get, request, got).error_code(), StatusCode::NOT_FOUND);
  request.set_volume_id(UsedVolume("pvc-1"));
  ASSERT_TRUE(Call(get, request, got).ok());
  EXPECT_EQ(got.volume().capacity_bytes(), 20 * kGib);
  EXPECT_EQ(got.status().published_node_ids(0), "i-b1");
}

TEST_F(VolumeQueriesTest, GivenCapabilitiesWhenValidatedThenConfirmedOrMessage) {
  csi::v1::ValidateVolumeCapabilitiesRequest request;
  EXPECT_EQ(Validate(request).error_code(), StatusCode::INVALID_ARGUMENT);
  request.set_volume_id("no-such-volume");
  EXPECT_EQ(Validate(request).error_code(), StatusCode::INVALID_ARGUMENT);
  *request.add_volume_capabilities() = Mounted();
  EXPECT_EQ(Validate(request).error_code(), StatusCode::NOT_FOUND);
  request.set_volume_id(Created("pvc-1"));
  ASSERT_TRUE(Validate(request).ok());
  EXPECT_EQ(validated_.confirmed().volume_capabilities_size(), 1);
  (*request.mutable_parameters())["type"] = "invented";
  ASSERT_TRUE(Validate(request).ok());
  EXPECT_FALSE(validated_.has_confirmed());
  EXPECT_FALSE(validated_.message().empty());
  request.clear_parameters();
  *request.add_volume_capabilities() =
      Mounted(VolumeCapability::AccessMode::MULTI_NODE_MULTI_WRITER);
  ASSERT_TRUE(Validate(request).ok());
  EXPECT_FALSE(validated_.has_confirmed());
  EXPECT_FALSE(validated_.message().empty());
}

TEST_F(VolumeQueriesTest, GivenAFileSystemThatNoNodeStagesWhenValidatedThenNotConfirmed) {
  csi::v1::ValidateVolumeCapabilitiesRequest request;
  request.set_volume_id(Created("pvc-1"));
  auto& mount = *request.add_volume_capabilities();
  mount = Mounted();
  mount.mutable_mount()->set_fs_type("zfs");
  ASSERT_TRUE(Validate(request).ok());
  EXPECT_FALSE(validated_.has_confirmed());
  EXPECT_EQ(validated_.message(), "file system zfs is not supported");
}

TEST_F(VolumeQueriesTest, GivenPlaceAndClassWhenAskedThenMaximumOrZero) {
  csi::v1::GetCapacityRequest request;
  (*request.mutable_parameters())["type"] = "cloud_essd";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 65536 * kGib);
  EXPECT_EQ(capacity_.maximum_volume_size().value(), 65536 * kGib);
  EXPECT_EQ(capacity_.minimum_volume_size().value(), 20 * kGib);
  auto& segments = *request.mutable_accessible_topology()->mutable_segments();
  segments["topology.diskplugin.csi.alibabacloud.com/zone"] = "cn-hangzhou-e";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 0);
  (*request.mutable_parameters())["type"] = "cloud_essd,cloud_efficiency";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 32768 * kGib);
  segments.clear();
  segments["topology.kubernetes.io/zone"] = "nowhere";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 0);
  (*request.mutable_parameters())["invented"] = "1";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 0);
}

// The scheduler would say "not enough free storage"; CreateVolume says why.
TEST_F(VolumeQueriesTest, GivenAClassThatCanBeHadNowhereWhenAskedThenTheMaximum) {
  const std::vector<Parameters> hopeless = {{{"type", "cloud_invented"}},
                                            {{"type", "cloud_essd, cloud_ssd"}},
                                            {{"type", "cloud_essd_xc0"}},
                                            {{"zoneId", "cn-hangzhou-x"}},
                                            {{"regionId", "cn-beijing"}}};
  for (const auto& parameters : hopeless) {
    csi::v1::GetCapacityRequest request;
    request.mutable_parameters()->insert(parameters.begin(), parameters.end());
    (*request.mutable_accessible_topology()->mutable_segments())["topology.kubernetes.io/zone"] =
        "cn-hangzhou-b";
    ASSERT_TRUE(Capacity(request).ok());
    EXPECT_EQ(capacity_.available_capacity(), 65536 * kGib) << parameters.begin()->second;
  }
}

TEST_F(VolumeQueriesTest, GivenAUseThatTheClassCannotServeWhenAskedThenTheMaximum) {
  csi::v1::GetCapacityRequest request;
  (*request.mutable_parameters())["type"] = "cloud_efficiency";
  *request.add_volume_capabilities() = Mounted();
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 32768 * kGib);
  auto& shared = *request.add_volume_capabilities();
  shared = Mounted(VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY);
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 65536 * kGib);
  (*request.mutable_parameters())["multiAttach"] = "true";
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 32768 * kGib);
  shared.mutable_mount()->set_fs_type("zfs");
  ASSERT_TRUE(Capacity(request).ok());
  EXPECT_EQ(capacity_.available_capacity(), 65536 * kGib);
}

}  // namespace
}  // namespace driver
