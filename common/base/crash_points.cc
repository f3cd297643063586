#include "common/base/crash_points.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>

#include "common/base/text.h"

namespace base {
namespace {

constexpr int kStatus = 137;  // what a shell reports after kill -9

struct Armed {
  std::string name;
  int passages_left = 1;
  std::string action;  // empty: any
  std::string id;      // empty: any
};

struct State {
  std::atomic<bool> armed = false;  // spares every passage the mutex
  absl::Mutex mutex;
  std::optional<Armed> point ABSL_GUARDED_BY(mutex);
};

State& TheState() {
  static State state;
  return state;
}

thread_local const CrashScope* innermost = nullptr;

// NAME[:N][@ACTION[/ID]]
std::optional<Armed> Parse(std::string_view text) {
  Armed armed;
  const auto at = text.find('@');
  const auto passage = text.substr(0, at);
  const auto colon = passage.find(':');
  armed.name = passage.substr(0, colon);
  if (colon != std::string_view::npos) {
    armed.passages_left = ParseNumber<int>(passage.substr(colon + 1)).value_or(0);
    if (armed.passages_left < 1) return std::nullopt;
  }
  if (at == std::string_view::npos) return armed;
  const auto about = text.substr(at + 1);
  const auto slash = about.find('/');
  armed.action = about.substr(0, slash);
  if (slash != std::string_view::npos) armed.id = about.substr(slash + 1);
  if (armed.action.empty() && armed.id.empty()) return std::nullopt;
  return armed;
}

bool IsMeant(const Armed& armed, const CrashSubject& subject) {
  return (armed.action.empty() || armed.action == subject.action) &&
         (armed.id.empty() || armed.id == subject.id);
}

[[noreturn]] void Die(std::string_view name, const CrashSubject& subject) {
  auto line = fmt::format("crash point {}", name);
  if (!subject.action.empty()) line += " in " + subject.action;
  if (!subject.id.empty()) line += " " + subject.id;
  line += '\n';
  // The process ends either way.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  _exit(kStatus);  // no destructors, no flush
}

}  // namespace

bool ArmCrashPoint(std::span<const std::string_view> table, std::string_view text) {
  auto armed = Parse(text);
  if (!armed || std::ranges::find(table, armed->name) == table.end()) return false;
  const absl::MutexLock lock(&TheState().mutex);
  TheState().point = std::move(armed);
  TheState().armed = true;
  return true;
}

void DisarmCrashPoint() {
  const absl::MutexLock lock(&TheState().mutex);
  TheState().armed = false;
  TheState().point.reset();
}

bool IsCrashPointArmed() {
  return TheState().armed.load(std::memory_order_relaxed);
}

void PassCrashPoint(std::string_view name) {
  if (!IsCrashPointArmed()) return;
  const absl::MutexLock lock(&TheState().mutex);
  auto& point = TheState().point;
  if (!point || point->name != name) return;
  auto subjects = CurrentCrashSubjects();
  if (subjects.empty()) subjects.emplace_back();  // which only a point without @ means
  Armed& armed = *point;
  const auto meant = std::ranges::find_if(
      subjects, [&armed](const auto& subject) { return IsMeant(armed, subject); });
  if (meant == subjects.end()) return;
  if (--armed.passages_left == 0) Die(name, *meant);
}

CrashSubjects CurrentCrashSubjects() {
  CrashSubjects all;
  for (const auto* scope = innermost; scope != nullptr; scope = scope->outer_) {
    all.insert(all.end(), scope->subjects_.begin(), scope->subjects_.end());
  }
  return all;
}

void CrashScope::Enter(CrashSubjects subjects) {
  subjects_ = std::move(subjects);
  outer_ = std::exchange(innermost, this);
  entered_ = true;
}

CrashScope::~CrashScope() {
  if (entered_) innermost = outer_;
}

}  // namespace base
