#include "driver/cloud/http_cloud.h"

#include <gmock/gmock.h>
#include <httplib.h>

#include <map>
#include <mutex>
#include <thread>

#include "common/ecs/signature.h"
#include "driver/base/system_env.h"
#include "driver/cloud/retry.h"
#include "driver/testing/fake_clock.h"

namespace driver {
namespace {

using testing::HasSubstr;
using testing::Not;

// A server that answers what the test says and keeps what it was asked.
class HttpCloudTest : public testing::Test {
 protected:
  HttpCloudTest() {
    server_.Post("/", [this](const httplib::Request& request, httplib::Response& response) {
      const std::lock_guard lock(mutex_);
      asked_.clear();
      for (const auto& [name, value] : request.params) asked_[name] = value;
      in_body_ = !request.body.empty();
      response.status = status_;
      response.set_content(answer_, "application/json");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    cloud_ = MakeHttpCloud({.endpoint = "http://127.0.0.1:" + std::to_string(port_)}, clock_);
  }
  ~HttpCloudTest() override {
    // stop() has no effect on a server that has not begun to run.
    while (!server_.is_running()) std::this_thread::yield();
    cloud_.reset();
    server_.stop();
    thread_.join();
  }

  void Answer(int status, std::string body) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    answer_ = std::move(body);
  }
  ecs::Parameters Asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  FakeClock clock_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
  std::unique_ptr<Cloud> cloud_;
  std::mutex mutex_;
  int status_ = 200;
  std::string answer_ = "{}";
  ecs::Parameters asked_;
  bool in_body_ = false;
};

TEST_F(HttpCloudTest, GivenACloudThatHangsWhenTheDeadlineComesThenReturnsInTime) {
  const std::lock_guard hang(mutex_);  // which the server's answer waits for
  SystemClock watch;
  const auto began = watch.Now();
  const Deadline deadline{clock_.Now() + std::chrono::milliseconds(100)};
  const auto found = FindDisk(*cloud_, clock_, deadline, "d-1");
  EXPECT_LT(watch.Now() - began, std::chrono::seconds(5));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, grpc::StatusCode::UNAVAILABLE);
}

TEST_F(HttpCloudTest, GivenNoTimeLeftWhenAskedThenTheCloudIsNotBothered) {
  const auto found = FindDisk(*cloud_, clock_, Deadline{clock_.Now()}, "d-1");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Asked().empty());
}

TEST_F(HttpCloudTest, GivenSpecWhenCreatedThenSignedParameters) {
  Answer(200, R"({"RequestId":"r","DiskId":"d-1"})");
  const auto id = cloud_->CreateDisk({.zone = "cn-hangzhou-b",
                                      .category = "cloud_auto",
                                      .size_gib = 20,
                                      .name = "数据盘",
                                      .bursting = false,
                                      .tags = {{"a", "1 2"}, {"b", "+&="}},
                                      .client_token = "n:x"});
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, "d-1");
  auto asked = Asked();
  const auto signature = asked["Signature"];
  asked.erase("Signature");
  EXPECT_EQ(signature, ecs::Signature("testsecret", ecs::StringToSign("POST", asked)));
  EXPECT_EQ(asked["Action"], "CreateDisk");
  EXPECT_EQ(asked["RegionId"], "cn-hangzhou");
  EXPECT_EQ(asked["DiskName"], "数据盘");
  EXPECT_EQ(asked["BurstingEnabled"], "false");
  EXPECT_EQ(asked["Tag.2.Value"], "+&=");
  EXPECT_EQ(asked.count("SnapshotId"), 0U);
  EXPECT_EQ(asked.count("MultiAttach"), 0U);
  EXPECT_EQ(asked["Timestamp"].size(), 20U);
}

TEST_F(HttpCloudTest, GivenTwoCallsWhenSignedThenNoncesDiffer) {
  ASSERT_TRUE(cloud_->DeleteDisk("d-1"));
  const auto first = Asked()["SignatureNonce"];
  ASSERT_TRUE(cloud_->DeleteDisk("d-1"));
  EXPECT_NE(first, Asked()["SignatureNonce"]);
}

TEST_F(HttpCloudTest, GivenManyIdsWhenAskedThenFormBody) {
  Answer(200, R"({"Disks":{"Disk":[]}})");
  DiskQuery query;
  for (int i = 0; i < 100; ++i) query.ids.push_back("d-" + std::string(20, 'x'));
  for (int i = 0; i < 20; ++i) query.tags.push_back({"key", std::string(40, 'v')});
  ASSERT_TRUE(cloud_->DescribeDisks(query));
  EXPECT_TRUE(in_body_);
  EXPECT_EQ(Asked()["Action"], "DescribeDisks");
}

TEST_F(HttpCloudTest, GivenDiskAnswerWhenReadThenEveryMember) {
  Answer(200, R"({"NextToken":"next","Disks":{"Disk":[{
      "DiskId":"d-1","Status":"In_use","ZoneId":"z","RegionId":"r","Category":"cloud_essd",
      "PerformanceLevel":"PL1","Size":20,"SerialNumber":"1","SourceSnapshotId":"s-1",
      "Encrypted":true,"KMSKeyId":"k","MultiAttach":"Enabled","ProvisionedIops":7,
      "BurstingEnabled":true,"ResourceGroupId":"rg","StorageClusterId":"c","Type":"data",
      "DetachedTime":"2026-01-01T00:00:00Z",
      "Attachments":{"Attachment":[{"InstanceId":"i-1"},{"InstanceId":"i-2"}]},
      "Tags":{"Tag":[{"TagKey":"a","TagValue":"1"}]}}]}})");
  const auto page = cloud_->DescribeDisks({.ids = {"d-1"}});
  ASSERT_TRUE(page);
  EXPECT_EQ(Asked()["DiskIds"], R"(["d-1"])");
  EXPECT_EQ(page->next_token, "next");
  const Disk expected{.id = "d-1",
                      .status = DiskStatus::kInUse,
                      .zone = "z",
                      .region = "r",
                      .category = "cloud_essd",
                      .performance_level = "PL1",
                      .size_gib = 20,
                      .serial = "1",
                      .snapshot_id = "s-1",
                      .encrypted = true,
                      .kms_key_id = "k",
                      .multi_attach = true,
                      .provisioned_iops = 7,
                      .bursting = true,
                      .resource_group_id = "rg",
                      .storage_cluster_id = "c",
                      .type = "data",
                      .attached_to = {"i-1", "i-2"},
                      .detached_before = true,
                      .tags = {{"a", "1"}}};
  ASSERT_EQ(page->disks.size(), 1U);
  EXPECT_EQ(page->disks.front(), expected);
}

TEST_F(HttpCloudTest, GivenSnapshotAnswerWhenReadThenCutOnlyWithTime) {
  Answer(200, R"({"Snapshots":{"Snapshot":[
      {"SnapshotId":"s-1","SourceDiskId":"d-1","SourceDiskSize":"20","CreationTime":"",
       "Status":"progressing","Available":false},
      {"SnapshotId":"s-2","SourceDiskId":"d-1","SourceDiskSize":"20",
       "CreationTime":"2026-01-02T03:04:05Z","Status":"accomplished","Available":true}]}})");
  const auto page = cloud_->DescribeSnapshots({.disk_id = "d-1"});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->snapshots.size(), 2U);
  EXPECT_FALSE(page->snapshots[0].cut_at);
  EXPECT_EQ(page->snapshots[0].disk_size_gib, 20);
  ASSERT_TRUE(page->snapshots[1].cut_at);
  EXPECT_EQ(page->snapshots[1].cut_at->time_since_epoch().count(), 1767323045);
  EXPECT_TRUE(page->snapshots[1].available);
  EXPECT_EQ(page->snapshots[1].status, SnapshotStatus::kAccomplished);
}

TEST_F(HttpCloudTest, GivenResourcesWhenReadThenCatalogue) {
  Answer(200, R"({"AvailableZones":{"AvailableZone":[
      {"ZoneId":"z-1","Status":"Available","AvailableResources":{"AvailableResource":[
        {"Type":"DataDisk","SupportedResources":{"SupportedResource":[
          {"Value":"cloud_essd","Status":"Available","Min":20,"Max":65536},
          {"Value":"cloud_ssd","Status":"SoldOut","Min":20,"Max":32768}]}}]}},
      {"ZoneId":"","Status":"Available"}]}})");
  const auto catalogue = cloud_->DescribeAvailableResource();
  ASSERT_TRUE(catalogue);
  EXPECT_TRUE(catalogue->Sells("z-1", "cloud_essd"));
  EXPECT_FALSE(catalogue->Sells("z-1", "cloud_ssd"));
  EXPECT_EQ(catalogue->Sizes("cloud_essd", "PL2")->min, 461);
  EXPECT_EQ(catalogue->Sizes("cloud_essd", "")->min, 20);
  EXPECT_EQ(catalogue->regions.front().zones.size(), 1U);
}

TEST_F(HttpCloudTest, GivenResourcesWhenCategoriesAreAskedForThenThoseOfZoneAndRegion) {
  const auto answer = [](const std::string& zone, const std::string& value) {
    return R"({"AvailableZones":{"AvailableZone":[{"ZoneId":")" + zone +
           R"(","AvailableResources":{"AvailableResource":[{"Type":"DataDisk",
           "SupportedResources":{"SupportedResource":[{"Value":")" +
           value + R"(","Status":"SoldOut"}]}}]}}]}})";
  };
  Answer(200, answer("z-1", "cloud_essd"));
  const auto zonal = cloud_->DescribeDiskCategories("ecs.g7.large", "z-1");
  ASSERT_TRUE(zonal);
  EXPECT_EQ(*zonal, std::vector<std::string>{"cloud_essd"});
  Answer(200, answer("", "cloud_regional_disk_auto"));
  const auto regional = cloud_->DescribeDiskCategories("ecs.g7.large", "z-1");
  ASSERT_TRUE(regional);
  EXPECT_EQ(*regional, std::vector<std::string>{"cloud_regional_disk_auto"});
}

struct AnswerCase {
  std::string name;
  int status;
  std::string body;
  std::string expected_code;
};

class OddAnswerTest : public HttpCloudTest, public testing::WithParamInterface<AnswerCase> {};

TEST_P(OddAnswerTest, GivenAnswerWhenReadThenRefusalWithoutSecret) {
  Answer(GetParam().status, GetParam().body);
  const auto id = cloud_->CreateDisk({.category = "cloud_essd", .size_gib = 20});
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, GetParam().expected_code);
  EXPECT_THAT(id.error().message, Not(HasSubstr("testsecret")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, OddAnswerTest,
    testing::Values(AnswerCase{"Refusal", 404, R"({"Code":"InvalidZoneId.NotFound","Message":"m"})",
                               "InvalidZoneId.NotFound"},
                    AnswerCase{"NotJson", 503, "<html>", ""}, AnswerCase{"EmptyBody", 413, "", ""},
                    AnswerCase{"GoodStatusBadBody", 200, "<html>", std::string(kNoAnswer)},
                    AnswerCase{"NoId", 200, "{}", std::string(kNoAnswer)},
                    AnswerCase{"Array", 200, "[]", std::string(kNoAnswer)}),
    [](const auto& tested) { return tested.param.name; });

TEST(HttpCloudWithoutServerTest, GivenNoListenerWhenCalledThenNoAnswer) {
  httplib::Server unused;
  const int port = unused.bind_to_any_port("127.0.0.1");
  unused.stop();
  FakeClock clock;
  const auto cloud = MakeHttpCloud({.endpoint = "http://127.0.0.1:" + std::to_string(port),
                                    .connect_timeout = std::chrono::milliseconds(200),
                                    .answer_timeout = std::chrono::milliseconds(200)},
                                   clock);
  const auto deleted = cloud->DeleteDisk("d-1");
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().code, kNoAnswer);
}

}  // namespace
}  // namespace driver
