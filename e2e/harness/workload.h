#pragma once
// What a user does with a volume, each as the CSI calls that Kubernetes makes for it.
#include <functional>
#include <string>

#include "e2e/harness/world.h"

namespace e2e {

// Makes one call, once or several times, and returns the last status.
using Retrier = std::function<grpc::Status(const std::function<grpc::Status()>&)>;

// Every CSI call may be repeated: makes it twice, and both must succeed.
grpc::Status CallTwice(const std::function<grpc::Status()>& call);

class Workload {
 public:
  explicit Workload(World& world, Retrier retrier = CallTwice)
      : world_(world), retrier_(std::move(retrier)) {}

  // `volume` is filled by a success.
  grpc::Status Create(const csi::v1::CreateVolumeRequest& request, csi::v1::Volume& volume);
  // Attach, stage, publish on the node; afterwards the content is under Paths(…).target.
  grpc::Status Mount(const std::string& instance, const std::string& volume, const Use& use = {});
  // Unpublish, unstage, detach.
  grpc::Status Unmount(const std::string& instance, const std::string& volume);
  // Waits until it is ready to use.
  grpc::Status Snapshot(const std::string& volume, const std::string& name,
                        csi::v1::Snapshot& snapshot);
  grpc::Status DeleteSnapshot(const std::string& snapshot);
  grpc::Status Delete(const std::string& volume);

 private:
  template <class Reply>
  grpc::Status Retried(const std::function<Rpc<Reply>()>& call, Reply& reply);
  template <class Reply>
  grpc::Status Retried(const std::function<Rpc<Reply>()>& call);

  World& world_;
  Retrier retrier_;
};

// A request for a volume whose content comes from a snapshot.
csi::v1::CreateVolumeRequest RestoreRequest(const std::string& name, const std::string& snapshot,
                                            std::int64_t bytes, const std::string& zone);

}  // namespace e2e
