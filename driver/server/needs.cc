#include "driver/server/needs.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <grpcpp/create_channel.h>

#include "csi.grpc.pb.h"
#include "driver/base/call_limit.h"

namespace driver {
namespace {

using grpc::StatusCode;

// Leaves a caller that waits for one second the time to hear it.
constexpr std::chrono::milliseconds kCloudLimit{900};
// No disk has it: the smallest question there is.
constexpr const char* kNoDisk = "d-00000000000000000000";
constexpr int kFirstServerFault = 500;

}  // namespace

Result<void> CloudAnswers(Cloud& cloud, Clock& clock) {
  const CallLimit limit(clock.Now() + kCloudLimit);
  const auto page = cloud.DescribeDisks({.ids = {kNoDisk}});
  if (page) return {};
  const auto& error = page.error();
  if (error.code != kNoAnswer && error.http_status < kFirstServerFault) return {};
  return Fail(StatusCode::UNAVAILABLE, fmt::format("the cloud does not answer: {}", error.message));
}

Result<void> HasPrograms(Host& host) {
  const auto missing = host.MissingPrograms();
  if (missing.empty()) return {};
  return Fail(StatusCode::FAILED_PRECONDITION,
              fmt::format("this machine lacks {}", fmt::join(missing, ", ")));
}

struct SocketProbe::Stub {
  std::unique_ptr<csi::v1::Identity::Stub> identity;
};

SocketProbe::SocketProbe(Clock& clock, const std::string& socket_path)
    : clock_(clock),
      stub_(new Stub{csi::v1::Identity::NewStub(
          grpc::CreateChannel("unix://" + socket_path, grpc::InsecureChannelCredentials()))}) {}

SocketProbe::~SocketProbe() = default;

Result<bool> SocketProbe::Ask(std::chrono::milliseconds patience) {
  grpc::ClientContext context;
  context.set_deadline(clock_.WallNow() + patience);
  csi::v1::ProbeResponse answer;
  const auto probed = stub_->identity->Probe(&context, {}, &answer);
  if (probed.ok()) return answer.ready().value();
  if (probed.error_code() == StatusCode::DEADLINE_EXCEEDED ||
      probed.error_code() == StatusCode::UNAVAILABLE) {
    return Fail(StatusCode::UNAVAILABLE, "no answer at the socket: " + probed.error_message());
  }
  return Fail(probed.error_code(), probed.error_message());
}

}  // namespace driver
