#include "cloudapi/agents/endpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {
namespace {

class EndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "zonedisk-endpoint-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto store = Store::Open({.data_dir = folder_, .durability = Durability::kOff}, env_);
    ASSERT_TRUE(store);
    store_ = std::move(*store);
    auto blocks =
        OpenBlocks({.data_dir = folder_, .pool = PoolMode::kOff, .proof = "proof"}, nullptr);
    ASSERT_TRUE(blocks);
    blocks_ = std::move(*blocks);
    endpoint_ = std::make_unique<AgentEndpoint>(AgentEndpointParts{
        env_, *store_, *blocks_, catalogue_, sessions_,
        [](std::string_view key) { return key.empty() ? "default" : "of-" + std::string(key); }});
  }
  void TearDown() override {
    store_->StopWaiting();
    endpoint_.reset();
    std::filesystem::remove_all(folder_);
  }

  HttpResponse Post(const std::string& path, const std::string& body) {
    return endpoint_->Handle(
        {.method = "POST", .path = std::string(kAgentPrefix) + path, .body = body});
  }
  HttpResponse Poll(const std::string& session) {
    HttpRequest request{.method = "GET", .path = std::string(kAgentPrefix) + "i-1"};
    request.query.Set("session", session);
    request.query.Set("waitMs", "0");
    return endpoint_->Handle(request);
  }
  HttpResponse Register(const std::string& zone = "cn-hangzhou-b",
                        const std::string& proof = "proof") {
    return Post("i-1", ToJson(Registration{
                           .zone = zone, .instance_type = "ecs.g7.xlarge", .proof = proof}));
  }
  std::optional<Instance> Row() {
    return *store_->Write("test", [](Tx& tx) -> Result<std::optional<Instance>> {
      return tx.Find<Instance>("default", "", "i-1");
    });
  }
  void PutAttached(AttachmentState state) {
    const auto put = store_->Write("test", [&](Tx& tx) -> Result<void> {
      Disk disk{.id = "d-bp1disk0000000000001",
                .account = "default",
                .region = "cn-hangzhou",
                .zone = "cn-hangzhou-b",
                .status = state == AttachmentState::kDetaching ? DiskStatus::kDetaching
                                                               : DiskStatus::kInUse,
                .category = "cloud_essd",
                .size_gib = 40,
                .guest_size_gib = 20,
                .seq = 50};
      disk.attachments = {{.instance_id = "i-1", .device = "/dev/xvdb", .state = state}};
      tx.Put(disk);
      return {};
    });
    ASSERT_TRUE(put);
  }

  FakeEnv env_;
  std::filesystem::path folder_;
  // Beside the small one's types one whose disks are NVMe only.
  static topology::Catalogue Catalogue() {
    auto catalogue = SmallCatalogue();
    auto type = catalogue.instance_types.front();
    type.name = "ecs.g8i.xlarge";
    type.nvme = "required";
    catalogue.instance_types.push_back(std::move(type));
    return catalogue;
  }
  CatalogueHolder catalogue_{Catalogue()};
  AgentSessions sessions_{env_};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Blocks> blocks_;
  std::unique_ptr<AgentEndpoint> endpoint_;
};

TEST_F(EndpointTest, GivenAgentWhenRegisteredThenInstanceRowAndSession) {
  const auto answer = ParseRegistered(Register().body);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->region, "cn-hangzhou");
  EXPECT_EQ(answer->account, "default");
  EXPECT_EQ(answer->refusal, "");
  const auto row = Row();
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->has_agent);
  EXPECT_EQ(row->zone, "cn-hangzhou-b");
  EXPECT_EQ(row->agent_refusal, "");
}

TEST_F(EndpointTest, GivenNodeNameWhenRegisteredThenItIsTheInstancesName) {
  ASSERT_EQ(Register().status, 200);
  EXPECT_EQ(Row()->name, "i-1");
  ASSERT_EQ(Post("i-1", ToJson(Registration{.zone = "cn-hangzhou-b",
                                            .instance_type = "ecs.g7.xlarge",
                                            .proof = "proof",
                                            .name = "b-1",
                                            .machine = "m-1"}))
                .status,
            200);
  EXPECT_EQ(Row()->name, "b-1");
  EXPECT_EQ(Row()->host_name, "b-1");
  EXPECT_EQ(Row()->machine, "m-1");
}

TEST_F(EndpointTest, GivenWrongProofWhenRegisteredThenRowSaysWhyNothingAttaches) {
  const auto answer = ParseRegistered(Register("cn-hangzhou-b", "guess").body);
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->refusal.find("blocks folder"), std::string::npos);
  EXPECT_EQ(Row()->agent_refusal, answer->refusal);
}

TEST_F(EndpointTest, GivenDisksAttachedWhenRegisteredElsewhereThenConflict) {
  ASSERT_EQ(Register().status, 200);
  EXPECT_EQ(Register("cn-hangzhou-d").status, 200) << "free to move without disks";
  EXPECT_EQ(Register().status, 200);
  PutAttached(AttachmentState::kAttached);
  EXPECT_EQ(Register("cn-hangzhou-d").status, 409);
  EXPECT_EQ(Row()->zone, "cn-hangzhou-b");
  EXPECT_EQ(Register().status, 200);
}

TEST_F(EndpointTest, GivenRegisteredNodeThenItsSystemDiskIsNothingThatItPresents) {
  const auto session = ParseRegistered(Register().body)->session;
  const auto system = store_->Read([](View& view) -> Result<std::optional<Disk>> {
    return view.SystemDiskOf(view.Find<Instance>("default", "", "i-1").value());
  });
  ASSERT_TRUE(*system);
  EXPECT_TRUE(ParseWantedSet(Poll(session).body)->disks.empty());
}

TEST_F(EndpointTest, GivenBadRequestsWhenHandledThenRefusedWithTheReason) {
  EXPECT_EQ(Register("cn-nowhere-b").status, 404);
  EXPECT_EQ(Post("i-1", "{").status, 400);
  EXPECT_EQ(Post("x-1", "{}").status, 404);
  EXPECT_EQ(Post("i-1/observed", "{}").status, 410);
  EXPECT_EQ(
      endpoint_->Handle({.method = "DELETE", .path = std::string(kAgentPrefix) + "i-1"}).status,
      405);
  EXPECT_EQ(Poll("none").status, 410);
  ASSERT_EQ(Register().status, 200);
  const auto session = ParseRegistered(Register().body)->session;
  ASSERT_EQ(Register().status, 200);
  EXPECT_EQ(Poll(session).status, 409) << "a newer agent has the session";
  EXPECT_FALSE(Row()->id.empty());
}

TEST_F(EndpointTest, GivenAgentWhenRegisteredThenCpuAndMemoryOfTheType) {
  ASSERT_EQ(Register().status, 200);
  EXPECT_EQ(Row()->cpu, 4);
  EXPECT_EQ(Row()->memory_mib, 16384);
}

TEST_F(EndpointTest, GivenSameIdInTwoAccountsWhenOneIsForgottenThenItRegistersAgain) {
  ASSERT_EQ(Register().status, 200);
  const auto other =
      ParseRegistered(Post("i-1", ToJson(Registration{.zone = "cn-hangzhou-d",
                                                      .instance_type = "ecs.g7.xlarge",
                                                      .access_key_id = "k",
                                                      .proof = "proof"}))
                          .body);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->account, "of-k");
  EXPECT_EQ(Row()->zone, "cn-hangzhou-b") << "the row of the default account";
  sessions_.Forget({.account = "of-k", .id = "i-1"});
  EXPECT_EQ(Poll(other->session).status, 410) << "no newer agent of that account took over";
}

TEST_F(EndpointTest, GivenPollThatWaitsWhenTheInstanceIsForgottenThenTheAgentRegistersAgain) {
  const auto session = ParseRegistered(Register().body)->session;
  const auto wanted = ParseWantedSet(Poll(session).body);
  HttpRequest request{.method = "GET", .path = std::string(kAgentPrefix) + "i-1"};
  request.query.Set("session", session);
  request.query.Set("after", std::to_string(wanted->revision));
  HttpResponse answer;
  std::jthread poll([&] { answer = endpoint_->Handle(request); });
  sessions_.Forget({.account = "default", .id = "i-1"});
  poll.join();
  EXPECT_EQ(answer.status, 410) << answer.body;
}

TEST_F(EndpointTest, GivenAttachedDiskWhenPolledThenWantedWithWhatTheImageHas) {
  const auto session = ParseRegistered(Register().body)->session;
  PutAttached(AttachmentState::kAttached);
  ASSERT_TRUE(blocks_->Create("d-bp1disk0000000000001.g0.img", 10 * kBytesPerGiB));
  auto wanted = ParseWantedSet(Poll(session).body);
  ASSERT_TRUE(wanted);
  ASSERT_EQ(wanted->disks.size(), 1U);
  EXPECT_EQ(wanted->disks[0].serial, "bp1disk0000000000001");
  EXPECT_EQ(wanted->disks[0].image, "d-bp1disk0000000000001.g0.img");
  EXPECT_EQ(wanted->disks[0].bytes, 10 * kBytesPerGiB) << "the image has not grown yet";
  ASSERT_TRUE(blocks_->Grow("d-bp1disk0000000000001.g0.img", 40 * kBytesPerGiB));
  EXPECT_EQ(ParseWantedSet(Poll(session).body)->disks[0].bytes, 20 * kBytesPerGiB)
      << "the guest's size, not the disk's";
  PutAttached(AttachmentState::kDetaching);
  EXPECT_TRUE(ParseWantedSet(Poll(session).body)->disks.empty());
}

TEST_F(EndpointTest, GivenTypeWithNvmeOnlyWhenPolledThenItsDisksAreToldAsNvme) {
  auto session = ParseRegistered(Register().body)->session;
  PutAttached(AttachmentState::kAttached);
  EXPECT_FALSE(ParseWantedSet(Poll(session).body)->disks.at(0).nvme) << "supported is no must";
  PutAttached(AttachmentState::kDetaching);
  const auto put = store_->Write("test", [](Tx& tx) -> Result<void> {
    auto instance = *tx.Find<Instance>("default", "", "i-1");
    instance.type = "ecs.g8i.xlarge";
    tx.Put(instance);
    return {};
  });
  ASSERT_TRUE(put);
  PutAttached(AttachmentState::kAttached);
  EXPECT_TRUE(ParseWantedSet(Poll(session).body)->disks.at(0).nvme);
}

}  // namespace
}  // namespace cloudapi
