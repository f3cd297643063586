#include "cloudapi/agent/agent.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cloudapi/images/blocks.h"
#include "common/base/files.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kNoPause{0};
constexpr milliseconds kShortestBackOff{100};  // doubled with each failure
constexpr milliseconds kLongestBackOff{2000};
// Poll interval while a device is appearing or being released.
constexpr milliseconds kBusyPoll{100};

// Whether a refusal of the registration stays the same however often it is repeated.
bool IsFinal(int status) {
  return status == 400 || status == 409;
}

// The cloud knows the zone or the type as soon as it is started with a catalogue that has it.
constexpr int kUnknownPlace = 404;

std::map<std::string, std::string> DisksWithDevice(const WantedSet& wanted,
                                                   const ObservedSet& observed) {
  std::map<std::string, std::string> disks;
  for (const WantedDisk& disk : wanted.disks) {
    const auto present = std::ranges::find(observed.disks, disk.disk, &PresentDisk::disk);
    if (present != observed.disks.end() && present->linked) disks[disk.serial] = disk.disk;
  }
  return disks;
}

}  // namespace

Agent::Agent(AgentOptions options, CloudClient& cloud, LoopDevices& loops, Freezer& freezer,
             Listener listener)
    : options_(std::move(options)),
      cloud_(cloud),
      loops_(loops),
      freezer_(freezer),
      listener_(std::move(listener)) {}

bool Agent::Stopped() {
  const absl::MutexLock lock(&mutex_);
  return stopped_;
}

void Agent::Stop() {
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    stopping_.SignalAll();
  }
  cloud_.Interrupt();
}

void Agent::SetStatus(std::string line) {
  if (line == last_status_) return;
  last_status_ = std::move(line);
  listener_.on_status(last_status_);
}

milliseconds Agent::BackOff(const std::string& why) {
  SetStatus(why + (reconciler_ ? "; devices stay as they are" : ""));
  back_off_ = std::clamp(back_off_ * 2, kShortestBackOff, kLongestBackOff);
  return back_off_;
}

milliseconds Agent::AwaitPlace(const std::string& refusal) {
  const auto why = fmt::format(
      "the cloud does not admit this node: {} Its zone is {} (--zone or the node's label), its "
      "type "
      "{} (--instance-type or the node's label); start zonedisk-cloud with --catalog FILE that has "
      "both",
      refusal, options_.zone, options_.instance_type);
  if (listener_.on_refused) listener_.on_refused(why);
  return BackOff(why);
}

Result<milliseconds> Agent::Register() {
  const auto images = cloud_.Images();
  if (!images) return BackOff(images.error().message);
  const std::filesystem::path folder =
      options_.blocks_dir.empty() ? std::filesystem::path(images->blocks_dir) : options_.blocks_dir;
  const std::string proof = base::ReadFile(folder / kProofFile).value_or("");
  const auto usable = loops_.CheckUsable();
  const auto registered =
      cloud_.Register({.zone = options_.zone,
                       .instance_type = options_.instance_type,
                       .access_key_id = options_.access_key_id,
                       .proof = proof,
                       .refusal = images->none || usable ? "" : usable.error().message,
                       .session = session_,
                       .name = options_.name,
                       .machine = options_.machine});
  if (!registered) {
    const auto& error = registered.error();
    if (IsFinal(error.http_status)) return Fail(error);
    return error.http_status == kUnknownPlace ? AwaitPlace(error.message) : BackOff(error.message);
  }
  if (registered->session != session_ || !reconciler_) {
    // Nothing asks for what a session before this one had frozen.
    freezer_.ThawAll();
    reconciler_ = std::make_unique<DeviceReconciler>(
        DeviceReconcilerOptions{options_.instance_id, folder, options_.by_id_dir}, loops_,
        freezer_);
    reported_.reset();
    revision_ = 0;
  }
  session_ = registered->session;
  registered_ = true;
  back_off_ = kNoPause;
  SetStatus(registered->refusal.empty()
                ? fmt::format("registered {} in {}", options_.instance_id, options_.zone)
                : fmt::format("registered {} in {}, but no disk will get a device: {}",
                              options_.instance_id, options_.zone, registered->refusal));
  listener_.on_registered(*registered);
  return kNoPause;
}

Result<milliseconds> Agent::Report(const ObservedSet& observed) {
  if (reported_ == observed.disks && reported_revision_ == observed.revision) return kNoPause;
  const auto reported = cloud_.Report(session_, observed);
  if (!reported) {
    if (reported.error().http_status == 409) return Fail(reported.error());
    if (reported.error().http_status == 410) registered_ = false;
    return BackOff(reported.error().message);
  }
  reported_ = observed.disks;
  reported_revision_ = observed.revision;
  return kNoPause;
}

Result<milliseconds> Agent::Follow() {
  // Before the first set and while devices appear or go, waiting for a change would delay them.
  const bool idle = revision_ != 0 && reconciler_->Converged();
  const auto wanted =
      cloud_.Poll(session_, revision_, idle ? milliseconds(kLongestPoll) : kBusyPoll);
  if (Stopped()) return kNoPause;
  if (!wanted) {
    if (wanted.error().http_status == 409) return Fail(wanted.error());
    if (wanted.error().http_status == 410) registered_ = false;
    return BackOff(wanted.error().message);
  }
  back_off_ = kNoPause;
  revision_ = wanted->revision;
  const ObservedSet observed = reconciler_->Reconcile(*wanted);
  if (listener_.on_disks) listener_.on_disks(DisksWithDevice(*wanted, observed));
  if (reconciler_->Errors().empty()) {
    SetStatus(fmt::format("holds {} disks", observed.disks.size()));
  } else {
    SetStatus(fmt::format("{}", fmt::join(reconciler_->Errors(), "; ")));
  }
  return Report(observed);
}

Result<milliseconds> Agent::RunOnce() {
  return registered_ ? Follow() : Register();
}

Result<void> Agent::Run() {
  while (!Stopped()) {
    const auto pause = RunOnce();
    if (!pause) return Fail(pause.error());
    if (listener_.on_poll) listener_.on_poll(registered_ && back_off_ == kNoPause);
    const absl::MutexLock lock(&mutex_);
    if (!stopped_ && *pause > kNoPause) {
      stopping_.WaitWithTimeout(&mutex_, absl::FromChrono(*pause));
    }
  }
  if (options_.withdraw_on_stop && reconciler_) {
    static_cast<void>(reconciler_->Reconcile({.revision = revision_}));
  }
  return {};
}

}  // namespace cloudapi
