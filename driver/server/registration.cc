#include "driver/server/registration.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <fmt/core.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "driver/server/unix_socket.h"
#include "pluginregistration.grpc.pb.h"

namespace driver {
namespace {

constexpr const char* kType = "CSIPlugin";
constexpr const char* kCsiVersion =
    "1.0.0";  // the oldest CSI that is spoken, kubelet compares majors

class Service : public pluginregistration::Registration::Service {
 public:
  explicit Service(const RegistrationSettings& settings) : settings_(settings) {}

  grpc::Status GetInfo(grpc::ServerContext*, const pluginregistration::InfoRequest*,
                       pluginregistration::PluginInfo* answer) override {
    if (settings_.may_register) {
      if (const auto may = settings_.may_register(); !may) return ToGrpc(may.error());
    }
    answer->set_type(kType);
    answer->set_name(settings_.driver_name);
    answer->set_endpoint(settings_.csi_socket);
    answer->add_supported_versions(kCsiVersion);
    return grpc::Status::OK;
  }

  // Kubelet tries again by itself.
  grpc::Status NotifyRegistrationStatus(grpc::ServerContext*,
                                        const pluginregistration::RegistrationStatus* status,
                                        pluginregistration::RegistrationStatusResponse*) override {
    if (status->plugin_registered()) {
      spdlog::info("kubelet has registered {}", settings_.driver_name);
    } else {
      spdlog::error("kubelet refuses to register {}: {}", settings_.driver_name, status->error());
    }
    const absl::MutexLock lock(&mutex_);
    state_ = {};
    if (!status->plugin_registered()) {
      state_ = Fail(grpc::StatusCode::FAILED_PRECONDITION,
                    "kubelet refuses to register the driver: " + status->error());
    }
    return grpc::Status::OK;
  }

  Result<void> Registered() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return state_;
  }

 private:
  const RegistrationSettings settings_;
  mutable absl::Mutex mutex_;
  Result<void> state_ ABSL_GUARDED_BY(mutex_) = Fail(grpc::StatusCode::UNAVAILABLE,
                                                     "kubelet has not registered the driver yet");
};

class RegistrationServer : public Registration {
 public:
  RegistrationServer(const RegistrationSettings& settings, std::string path)
      : service_(settings), path_(std::move(path)) {}
  ~RegistrationServer() override {
    if (!server_) return;
    server_->Shutdown(std::chrono::system_clock::time_point{});
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

  bool Serve() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix://" + path_, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    return server_ != nullptr;
  }
  std::string SocketPath() const override { return path_; }
  Result<void> Registered() const override { return service_.Registered(); }

 private:
  Service service_;
  const std::string path_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Registration>> Registration::Start(const RegistrationSettings& settings) {
  const auto path = std::filesystem::path(settings.folder) / (settings.driver_name + "-reg.sock");
  if (const auto removed = RemoveDeadSocket(path); !removed) {
    return Fail(removed.error().code, fmt::format("driver {} cannot register with kubelet: {}",
                                                  settings.driver_name, removed.error().message));
  }
  auto server = std::make_unique<RegistrationServer>(settings, path.string());
  if (!server->Serve()) {
    return Fail(grpc::StatusCode::UNAVAILABLE, "cannot listen on " + path.string());
  }
  return std::unique_ptr<Registration>(std::move(server));
}

}  // namespace driver
