// Around the services: registration with kubelet, the log and counters of calls, the health
// endpoint, the socket.
#include <fmt/core.h>
#include <grpcpp/grpcpp.h>
#include <httplib.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "driver/csi/call_log.h"
#include "driver/csi/identity_service.h"
#include "driver/node/node_service.h"
#include "driver/server/health.h"
#include "driver/server/registration.h"
#include "driver/server/unix_socket.h"
#include "driver/testing/staging_fixture.h"
#include "pluginregistration.grpc.pb.h"

namespace driver {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "zonedisk-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

class RegistrationTest : public FolderTest {};

TEST_F(RegistrationTest, GivenRegistrationWhenKubeletAsksThenNameAndSocket) {
  {
    auto served = Registration::Start(
        {.folder = folder_, .driver_name = "disk.example", .csi_socket = "/x/csi.sock"});
    ASSERT_TRUE(served) << MessageOf(served);
    EXPECT_EQ((*served)->SocketPath(), folder_ + "/disk.example-reg.sock");
    const auto stub = pluginregistration::Registration::NewStub(grpc::CreateChannel(
        "unix://" + (*served)->SocketPath(), grpc::InsecureChannelCredentials()));
    for (int i = 0; i < 2; ++i) {
      grpc::ClientContext context;
      pluginregistration::PluginInfo answer;
      ASSERT_TRUE(stub->GetInfo(&context, {}, &answer).ok());
      EXPECT_EQ(answer.type(), "CSIPlugin");
      EXPECT_EQ(answer.name(), "disk.example");
      EXPECT_EQ(answer.endpoint(), "/x/csi.sock");
      ASSERT_EQ(answer.supported_versions_size(), 1);
      EXPECT_EQ(answer.supported_versions(0), "1.0.0");
    }
    EXPECT_EQ(CodeOf((*served)->Registered()), StatusCode::UNAVAILABLE);
    for (const bool registered : {false, true}) {
      grpc::ClientContext context;
      pluginregistration::RegistrationStatus status;
      status.set_plugin_registered(registered);
      if (!registered) status.set_error("topology value collision");
      pluginregistration::RegistrationStatusResponse answer;
      EXPECT_TRUE(stub->NotifyRegistrationStatus(&context, status, &answer).ok());
      const auto state = (*served)->Registered();
      EXPECT_EQ(state.has_value(), registered);
      EXPECT_EQ(
          MessageOf(state),
          registered ? "" : "kubelet refuses to register the driver: topology value collision");
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(RegistrationTest, GivenNodeThatIsNotThereYetWhenKubeletAsksThenRefusedUntilItIs) {
  bool there = false;
  const auto served =
      Registration::Start({.folder = folder_, .driver_name = "a", .may_register = [&] {
                             if (there) return Result<void>();
                             return Result<void>(Fail(StatusCode::UNAVAILABLE, "not there yet"));
                           }});
  ASSERT_TRUE(served) << MessageOf(served);
  const auto stub = pluginregistration::Registration::NewStub(
      grpc::CreateChannel("unix://" + (*served)->SocketPath(), grpc::InsecureChannelCredentials()));
  for (const bool present : {false, true}) {
    there = present;
    grpc::ClientContext context;
    pluginregistration::PluginInfo answer;
    const auto asked = stub->GetInfo(&context, {}, &answer);
    EXPECT_EQ(asked.ok(), present);
    EXPECT_EQ(asked.error_message(), present ? "" : "not there yet");
  }
}

TEST_F(RegistrationTest, GivenSocketOfAKilledProcessWhenStartedThenReplaced) {
  ASSERT_TRUE(Registration::Start({.folder = folder_, .driver_name = "a", .csi_socket = "/x"}));
  const auto path = folder_ + "/a-reg.sock";
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX};
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  close(fd);
  EXPECT_TRUE(Registration::Start({.folder = folder_, .driver_name = "a", .csi_socket = "/x"}));
}

TEST_F(RegistrationTest, GivenLivingProcessWhenAnotherIsStartedThenRefusesAndKeepsIt) {
  const RegistrationSettings settings{
      .folder = folder_, .driver_name = "disk.example", .csi_socket = "/x"};
  const auto first = Registration::Start(settings);
  ASSERT_TRUE(first) << MessageOf(first);
  const auto second = Registration::Start(settings);
  EXPECT_EQ(CodeOf(second), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(MessageOf(second), "driver disk.example cannot register with kubelet: " + folder_ +
                                   "/disk.example-reg.sock is served by another process");
  const auto stub = pluginregistration::Registration::NewStub(
      grpc::CreateChannel("unix://" + (*first)->SocketPath(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  pluginregistration::PluginInfo answer;
  EXPECT_TRUE(stub->GetInfo(&context, {}, &answer).ok());
}

// It has stopped to take connections, but it lives: its queue is full.
TEST_F(RegistrationTest, GivenProcessThatHangsWhenAnotherIsStartedThenRefusesAndKeepsIt) {
  const auto path = folder_ + "/a-reg.sock";
  sockaddr_un address{.sun_family = AF_UNIX};
  std::copy(path.begin(), path.end(), address.sun_path);
  const auto* const name = reinterpret_cast<sockaddr*>(&address);
  const int hanging = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(hanging, name, sizeof address), 0);
  ASSERT_EQ(listen(hanging, 0), 0);
  const int waiting = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(connect(waiting, name, sizeof address), 0);
  EXPECT_EQ(CodeOf(Registration::Start({.folder = folder_, .driver_name = "a"})),
            StatusCode::ALREADY_EXISTS);
  EXPECT_TRUE(std::filesystem::is_socket(path));
  close(waiting);
  close(hanging);
}

TEST_F(RegistrationTest, GivenNameLongerThanASocketPathWhenStartedThenRefuses) {
  EXPECT_EQ(CodeOf(Registration::Start({.folder = folder_, .driver_name = std::string(110, 'a')})),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(RegistrationTest, GivenNoSuchFolderWhenStartedThenUnavailable) {
  EXPECT_EQ(CodeOf(Registration::Start({.folder = folder_ + "/none", .driver_name = "a"})),
            StatusCode::UNAVAILABLE);
}

class ListeningTest : public FolderTest {};

TEST_F(ListeningTest, GivenEndpointsWhenReadThenPathOrRefusal) {
  EXPECT_EQ(*SocketPathOf("unix:///run/a.sock"), "/run/a.sock");
  EXPECT_EQ(*SocketPathOf("unix:/run/a.sock"), "/run/a.sock");
  EXPECT_EQ(*SocketPathOf("/run/a.sock"), "/run/a.sock");
  for (const auto& text : {std::string("tcp://127.0.0.1:1"), std::string("unix://a.sock"),
                           std::string(), "/" + std::string(200, 'a')}) {
    EXPECT_EQ(CodeOf(SocketPathOf(text)), StatusCode::INVALID_ARGUMENT) << text;
  }
}

TEST_F(ListeningTest, GivenFileThereWhenClearedThenRefusesAndKeepsIt) {
  const auto path = folder_ + "/file";
  std::ofstream(path) << "x";
  EXPECT_EQ(CodeOf(ClearSocketPath(path)), StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(ListeningTest, GivenServedSocketWhenClearedThenRefusesAndKeepsIt) {
  const auto path = folder_ + "/new/csi.sock";
  ASSERT_TRUE(ClearSocketPath(path));
  grpc::ServerBuilder builder;
  IdentityService identity({"a", "1"}, FullProfile(), true);
  builder.RegisterService(&identity);
  builder.AddListeningPort("unix://" + path, grpc::InsecureServerCredentials());
  const auto server = builder.BuildAndStart();
  ASSERT_TRUE(server);
  ASSERT_TRUE(RestrictSocket(path));
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  EXPECT_EQ(CodeOf(ClearSocketPath(path)), StatusCode::ALREADY_EXISTS);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(HealthTest, GivenSourcesWhenAskedThenStatusAndMetrics) {
  bool healthy = true;
  auto started = HealthEndpoint::Start(
      "127.0.0.1:0",
      {.health = [&]() -> Result<void> {
         if (healthy) return {};
         return Fail(StatusCode::UNAVAILABLE, "stopping");
       },
       .ready = []() -> Result<void> { return Fail(StatusCode::UNAVAILABLE, "no cloud"); },
       .metrics = [] { return std::string("calls 1\n"); }});
  ASSERT_TRUE(started) << MessageOf(started);
  httplib::Client client("127.0.0.1", (*started)->Port());
  EXPECT_EQ(client.Get("/healthz")->status, 200);
  EXPECT_EQ(client.Get("/metrics")->body, "calls 1\n");
  EXPECT_EQ(client.Get("/other")->status, 404);
  EXPECT_EQ(client.Get("/readyz")->status, 503);
  EXPECT_EQ(client.Get("/readyz")->body, "no cloud\n");
  healthy = false;
  const auto answer = client.Get("/healthz");
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "stopping\n");
}

TEST(HealthTest, GivenBadAddressWhenStartedThenRefuses) {
  for (const auto* text : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "127.0.0.1:-1"}) {
    EXPECT_EQ(CodeOf(HealthEndpoint::Start(text, {})), StatusCode::INVALID_ARGUMENT) << text;
  }
}

class CallLogTest : public StagingFixture {};

TEST_F(CallLogTest, GivenCallsWhenObservedThenCountedAndLoggedWithoutSecrets) {
  std::ostringstream log;
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)));
  CallCounters counters;
  OwnNodeInfo own({});
  NodeService service(staging_, own, clock_, {});
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  ObserveCalls(builder, clock_, counters);
  const auto server = builder.BuildAndStart();
  const auto stub = csi::v1::Node::NewStub(server->InProcessChannel({}));
  csi::v1::NodeStageVolumeRequest request;
  request.set_volume_id("d-1\nforged");
  request.set_staging_target_path("/staging");
  (*request.mutable_secrets())["key"] = "hidden-secret";
  (*request.mutable_publish_context())["serialNumber"] = "hidden-serial";
  csi::v1::NodeStageVolumeResponse response;
  for (int i = 0; i < 2; ++i) {
    grpc::ClientContext context;
    EXPECT_EQ(stub->NodeStageVolume(&context, request, &response).error_code(),
              StatusCode::INVALID_ARGUMENT);
  }
  server->Shutdown();
  server->Wait();
  spdlog::set_default_logger(before);
  EXPECT_THAT(log.str(), HasSubstr("NodeStageVolume d-1\\nforged INVALID_ARGUMENT"));
  EXPECT_THAT(log.str(), Not(HasSubstr("hidden")));
  EXPECT_THAT(
      counters.ToText(),
      HasSubstr(
          "zonedisk_csi_calls_total{method=\"NodeStageVolume\",code=\"INVALID_ARGUMENT\"} 2"));
}

}  // namespace
}  // namespace driver
