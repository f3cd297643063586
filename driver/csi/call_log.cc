#include "driver/csi/call_log.h"

#include <fmt/core.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/support/server_interceptor.h>
#include <spdlog/spdlog.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/crash_points.h"
#include "common/base/prometheus.h"
#include "common/base/text.h"

namespace driver {
namespace {

namespace experimental = grpc::experimental;
using experimental::InterceptionHookPoints;

constexpr std::array<std::string_view, 17> kCodes = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

// What a request is about, the most telling first.
constexpr std::array kSubjects = {"volume_id", "snapshot_id", "source_volume_id", "name"};

std::vector<std::string> SubjectsOf(const google::protobuf::Message& request) {
  std::vector<std::string> subjects;
  const auto* descriptor = request.GetDescriptor();
  for (const auto* subject : kSubjects) {
    const auto* field = descriptor->FindFieldByName(subject);
    if (field == nullptr || field->is_repeated() ||
        field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      continue;
    }
    auto text = request.GetReflection()->GetString(request, field);
    if (!text.empty()) subjects.push_back(std::move(text));
  }
  return subjects;
}

std::string LastPart(std::string_view method) {
  return std::string(method.substr(method.rfind('/') + 1));
}

void Log(const Call& call) {
  const auto milliseconds = static_cast<double>(call.took.count()) / 1000;
  const auto line = fmt::format("{} {} {} {:.1f} ms{}{}", call.method,
                                call.volume_id.empty() ? "-" : base::EscapeControls(call.volume_id),
                                ToText(call.code), milliseconds, call.message.empty() ? "" : ": ",
                                base::EscapeControls(call.message));
  // Sidecars ask these every few seconds.
  const bool chatter =
      call.code == grpc::StatusCode::OK &&
      (call.method == "Probe" || call.method.find("Capabilities") != std::string::npos);
  spdlog::log(chatter ? spdlog::level::debug : spdlog::level::info, "{}", line);
}

class Observer : public experimental::Interceptor {
 public:
  Observer(std::string method, Clock& clock, CallCounters& counters)
      : clock_(clock), counters_(counters), started_(clock.Now()) {
    call_.method = std::move(method);
  }

  void Intercept(experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE)) {
      const auto* request = static_cast<google::protobuf::Message*>(methods->GetRecvMessage());
      if (request != nullptr) Begin(SubjectsOf(*request));
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const auto status = methods->GetSendStatus();
      call_.code = status.error_code();
      call_.message = status.error_message();
      call_.took = std::chrono::duration_cast<std::chrono::microseconds>(clock_.Now() - started_);
      counters_.Count(call_);
      Log(call_);
      scope_.reset();
    }
    methods->Proceed();
  }

 private:
  // The interceptors of a synchronous server run on the thread that serves the call.
  void Begin(const std::vector<std::string>& subjects) {
    if (!subjects.empty()) call_.volume_id = subjects.front();
    scope_.emplace([&] {
      base::CrashSubjects about = {{call_.method, ""}};
      for (const auto& subject : subjects) about.push_back({call_.method, subject});
      return about;
    });
  }

  Clock& clock_;
  CallCounters& counters_;
  const Instant started_;
  Call call_;
  std::optional<base::CrashScope> scope_;
};

class ObserverFactory : public experimental::ServerInterceptorFactoryInterface {
 public:
  ObserverFactory(Clock& clock, CallCounters& counters) : clock_(clock), counters_(counters) {}
  experimental::Interceptor* CreateServerInterceptor(experimental::ServerRpcInfo* call) override {
    return new Observer(LastPart(call->method()), clock_, counters_);  // gRPC deletes it
  }

 private:
  Clock& clock_;
  CallCounters& counters_;
};

}  // namespace

std::string_view ToText(grpc::StatusCode code) {
  const auto at = static_cast<std::size_t>(code);
  return at < kCodes.size() ? kCodes[at] : "UNKNOWN";
}

void CallCounters::Count(const Call& call) {
  const absl::MutexLock lock(&mutex_);
  auto& sum = sums_[{call.method, std::string(driver::ToText(call.code))}];
  ++sum.calls;
  sum.took += call.took;
}

std::string CallCounters::ToText() const {
  const absl::MutexLock lock(&mutex_);
  base::PrometheusText text;
  text.Family("zonedisk_csi_calls_total", "counter", "Calls answered.");
  for (const auto& [key, sum] : sums_) {
    text.Sample({{"method", key.first}, {"code", key.second}}, sum.calls);
  }
  text.Family("zonedisk_csi_call_seconds_total", "counter", "Time from request to answer.");
  for (const auto& [key, sum] : sums_) {
    text.Sample({{"method", key.first}, {"code", key.second}},
                static_cast<double>(sum.took.count()) / 1e6);
  }
  return text.Take();
}

void ObserveCalls(grpc::ServerBuilder& builder, Clock& clock, CallCounters& counters) {
  std::vector<std::unique_ptr<experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<ObserverFactory>(clock, counters));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace driver
