#include "cloudapi/agents/sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace cloudapi {
namespace {

template <class Disks>
auto FindIn(const Disks& disks, std::string_view id) {
  return std::ranges::find_if(disks, [&](const auto& disk) { return disk.disk == id; });
}

template <class Disks>
bool Contains(const Disks& disks, std::string_view id) {
  return FindIn(disks, id) != disks.end();
}

constexpr std::size_t kRandomDigits = 16;

// The account follows the random part in hexadecimal, since a session travels in a URL.
std::string NewToken(std::string_view account, std::uint64_t random) {
  return fmt::format("{:016x}{}", random, base::ToHex(account));
}

}  // namespace

AgentSessions::AgentSessions(Env& env) : env_(env), started_(env.Steady()) {}

std::string AgentSessions::Open(const InstanceKey& instance, const std::string& wanted) {
  const std::string token = NewToken(instance.account, env_.Random());
  const absl::MutexLock lock(&mutex_);
  Session& session = sessions_[instance];
  if (session.token.empty() || session.token != wanted) {
    session = Session{.token = token, .revision = session.revision + 1};
  }
  session.last_poll = env_.Steady();
  changed_.SignalAll();  // a poll of the session before must not sleep on
  return session.token;
}

std::optional<InstanceKey> AgentSessions::InstanceOf(std::string_view instance_id,
                                                     std::string_view session) {
  if (session.size() < kRandomDigits) return std::nullopt;
  auto account = base::FromHex(session.substr(kRandomDigits));
  if (!account) return std::nullopt;
  return InstanceKey{.account = std::move(*account), .id = std::string(instance_id)};
}

bool AgentSessions::IsCurrent(const InstanceKey& instance, std::string_view session) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  return found != sessions_.end() && found->second.token == session;
}

bool AgentSessions::Has(const InstanceKey& instance) {
  const absl::MutexLock lock(&mutex_);
  return sessions_.contains(instance);
}

void AgentSessions::WakeAll() {
  const absl::MutexLock lock(&mutex_);
  for (auto& [key, session] : sessions_) ++session.revision;
  changed_.SignalAll();
}

void AgentSessions::ForgetAll() {
  const absl::MutexLock lock(&mutex_);
  sessions_.clear();
  changed_.SignalAll();
}

bool AgentSessions::Any() {
  const absl::MutexLock lock(&mutex_);
  return !sessions_.empty();
}

std::int64_t AgentSessions::Poll(const InstanceKey& instance, std::int64_t after,
                                 std::chrono::steady_clock::time_point deadline) {
  const absl::MutexLock lock(&mutex_);
  const auto begin = sessions_.find(instance);
  if (begin == sessions_.end()) return 0;
  const std::string token = begin->second.token;
  while (true) {
    // Looked up each time: the session may have been replaced or forgotten during the wait.
    const auto found = sessions_.find(instance);
    if (found == sessions_.end() || found->second.token != token) return 0;
    const auto now = env_.Steady();
    found->second.last_poll = now;
    if (found->second.revision != after || now >= deadline || stopped_) {
      return found->second.revision;
    }
    changed_.WaitFor(mutex_, deadline - now);
  }
}

void AgentSessions::Answered(const InstanceKey& instance, const WantedSet& wanted) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  if (found == sessions_.end()) return;
  Session& session = found->second;
  // A set may change under one revision: rows are read after it, and the follower comes later.
  if (!session.answered || session.answered->revision != wanted.revision ||
      session.answered->disks != wanted.disks) {
    session.acted = false;
  }
  session.answered = wanted;
}

// Whatever the device did before its first report is another disk's.
void AgentSessions::AddActivity(const InstanceKey& instance, const Session& session,
                                const ObservedSet& observed) {
  if (!session.observed) return;
  for (const PresentDisk& disk : observed.disks) {
    const auto before = FindIn(session.observed->disks, disk.disk);
    if (before == session.observed->disks.end() || before->generation != disk.generation) continue;
    series_.Add(instance.account, disk.disk, TotalsOf(*before), TotalsOf(disk), env_.CloudNow());
  }
}

void AgentSessions::Report(const InstanceKey& instance, const ObservedSet& observed) {
  std::function<void(const InstanceKey&)> listener;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = sessions_.find(instance);
    if (found == sessions_.end()) return;
    found->second.last_poll = env_.Steady();
    AddActivity(instance, found->second, observed);
    found->second.observed = observed;
    found->second.acted =
        found->second.answered && found->second.answered->revision == observed.revision;
    std::erase_if(found->second.flushes, [&](const auto& flush) {
      const auto present = FindIn(observed.disks, flush.first);
      return present == observed.disks.end() || present->flushed >= flush.second;
    });
    for (auto& [disk, freeze] : found->second.freezes) {
      const auto present = FindIn(observed.disks, disk);
      if (present != observed.disks.end() && present->frozen == freeze.ticket) freeze.seen = true;
    }
    listener = on_report_;
  }
  if (listener) listener(instance);
}

std::uint64_t AgentSessions::FlushTicket(const InstanceKey& instance, const std::string& disk) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  if (found == sessions_.end()) return 0;
  const auto flush = found->second.flushes.find(disk);
  return flush == found->second.flushes.end() ? 0 : flush->second;
}

std::uint64_t AgentSessions::FreezeTicket(const InstanceKey& instance, const std::string& disk) {
  const absl::MutexLock lock(&mutex_);
  const Session* session = FindSession(instance);
  if (session == nullptr) return 0;
  const auto freeze = session->freezes.find(disk);
  return freeze == session->freezes.end() ? 0 : freeze->second.ticket;
}

std::set<InstanceKey> AgentSessions::Holders(const std::string& account, const std::string& disk) {
  const absl::MutexLock lock(&mutex_);
  std::set<InstanceKey> holders;
  for (const auto& [key, session] : sessions_) {
    if (key.account != account) continue;
    const bool wanted = session.answered && Contains(session.answered->disks, disk);
    const bool present = session.observed && Contains(session.observed->disks, disk);
    if (wanted || present) holders.insert(key);
  }
  return holders;
}

void AgentSessions::Forget(const InstanceKey& instance) {
  const absl::MutexLock lock(&mutex_);
  sessions_.erase(instance);
  changed_.SignalAll();
}

std::map<InstanceKey, std::vector<PresentDisk>> AgentSessions::AllPresent() {
  const absl::MutexLock lock(&mutex_);
  std::map<InstanceKey, std::vector<PresentDisk>> present;
  for (const auto& [instance, session] : sessions_) {
    if (session.observed) present[instance] = session.observed->disks;
  }
  return present;
}

void AgentSessions::Stop() {
  const absl::MutexLock lock(&mutex_);
  stopped_ = true;
  changed_.SignalAll();
}

const PresentDisk* AgentSessions::FindPresent(const InstanceKey& instance, std::string_view disk) {
  const auto found = sessions_.find(instance);
  if (found == sessions_.end() || !found->second.observed) return nullptr;
  const auto& disks = found->second.observed->disks;
  const auto present = FindIn(disks, disk);
  return present == disks.end() ? nullptr : &*present;
}

Presence AgentSessions::Of(const InstanceKey& instance, std::string_view disk,
                           std::int64_t generation) {
  const absl::MutexLock lock(&mutex_);
  const PresentDisk* present = FindPresent(instance, disk);
  if (present != nullptr) {
    return present->linked && present->generation == generation ? Presence::kPresent
                                                                : Presence::kUnknown;
  }
  // Absent counts only when the agent acted on a set without the disk: one that still works on an
  // older set may be about to present it.
  const auto found = sessions_.find(instance);
  if (found == sessions_.end()) return Presence::kUnknown;
  const Session& session = found->second;
  const bool withdrawn = session.acted && !Contains(session.answered->disks, disk);
  return withdrawn ? Presence::kAbsent : Presence::kUnknown;
}

std::int64_t AgentSessions::DeviceBytes(const InstanceKey& instance, std::string_view disk) {
  const absl::MutexLock lock(&mutex_);
  const PresentDisk* present = FindPresent(instance, disk);
  return present == nullptr ? 0 : present->bytes;
}

std::chrono::steady_clock::time_point AgentSessions::LeaseEnd(const InstanceKey& instance) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  const auto last = found == sessions_.end() ? started_ : found->second.last_poll;
  return last + kAgentLease;
}

std::uint64_t AgentSessions::RequestFlush(const InstanceKey& instance, std::string_view disk) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  if (found == sessions_.end()) return 0;
  found->second.flushes[std::string(disk)] = ++last_ticket_;
  ++found->second.revision;
  changed_.SignalAll();
  return last_ticket_;
}

bool AgentSessions::Flushed(const InstanceKey& instance, std::string_view disk,
                            std::uint64_t ticket) {
  const absl::MutexLock lock(&mutex_);
  const PresentDisk* present = FindPresent(instance, disk);
  return ticket != 0 && present != nullptr && present->flushed >= ticket;
}

AgentSessions::Session* AgentSessions::FindSession(const InstanceKey& instance) {
  const auto found = sessions_.find(instance);
  return found == sessions_.end() ? nullptr : &found->second;
}

std::uint64_t AgentSessions::RequestFreeze(const InstanceKey& instance, std::string_view disk) {
  const absl::MutexLock lock(&mutex_);
  Session* session = FindSession(instance);
  if (session == nullptr) return 0;
  session->freezes[std::string(disk)] = {.ticket = ++last_ticket_};
  ++session->revision;
  changed_.SignalAll();
  return last_ticket_;
}

// Once it is ended the last report still says frozen until the agent has acted upon that.
FreezeState AgentSessions::FreezeOf(const InstanceKey& instance, std::string_view disk,
                                    std::uint64_t ticket) {
  const absl::MutexLock lock(&mutex_);
  const Session* session = FindSession(instance);
  if (session == nullptr || ticket == 0) return FreezeState::kLost;
  const PresentDisk* present = FindPresent(instance, disk);
  if (present != nullptr && present->held == ticket) return FreezeState::kHeld;
  if (present != nullptr && present->frozen == ticket) return FreezeState::kFrozen;
  const auto freeze = session->freezes.find(disk);
  const bool asked =
      freeze != session->freezes.end() && freeze->second.ticket == ticket && !freeze->second.seen;
  return asked ? FreezeState::kAsked : FreezeState::kLost;
}

void AgentSessions::EndFreeze(const InstanceKey& instance, std::string_view disk,
                              std::uint64_t ticket) {
  const absl::MutexLock lock(&mutex_);
  Session* session = FindSession(instance);
  if (session == nullptr) return;
  const auto freeze = session->freezes.find(disk);
  if (freeze == session->freezes.end() || freeze->second.ticket != ticket) return;
  session->freezes.erase(freeze);
  ++session->revision;
  changed_.SignalAll();
}

void AgentSessions::Wake(const InstanceKey& instance) {
  const absl::MutexLock lock(&mutex_);
  const auto found = sessions_.find(instance);
  if (found == sessions_.end()) return;
  ++found->second.revision;
  changed_.SignalAll();
}

void AgentSessions::OnReport(std::function<void(const InstanceKey&)> listener) {
  const absl::MutexLock lock(&mutex_);
  on_report_ = std::move(listener);
}

}  // namespace cloudapi
