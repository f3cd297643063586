// Shows Abseil's locks to the thread sanitizer: Debian builds them without instrumentation, so that
// everything they guard would look unguarded. A library of its own in thread sanitizer builds only,
// found before Abseil's, whose functions it calls.
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

namespace {

template <class Function>
Function* Real(Function*, const char* symbol) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, symbol));
}

// Whoever evaluates a condition holds the lock, but the library took it unseen.
struct SeenCondition {
  absl::Mutex* mutex;
  const absl::Condition* condition;
  static bool Evaluate(SeenCondition* seen) {
    __tsan_acquire(seen->mutex);
    const bool result = seen->condition->Eval();
    __tsan_release(seen->mutex);
    return result;
  }
};

}  // namespace

// The names are those of Debian 12's package.
extern "C" {
void SeenLock(absl::Mutex*) __asm__("_ZN4absl7debian35Mutex4LockEv");
void SeenUnlock(absl::Mutex*) __asm__("_ZN4absl7debian35Mutex6UnlockEv");
void SeenAwait(absl::Mutex*,
               const absl::Condition&) __asm__("_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE");
bool SeenAwaitFor(absl::Mutex*, const absl::Condition&, absl::Duration) __asm__(
    "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE");
void SeenWait(absl::CondVar*, absl::Mutex*) __asm__("_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE");
bool SeenWaitFor(absl::CondVar*, absl::Mutex*, absl::Duration) __asm__(
    "_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
bool SeenWaitUntil(absl::CondVar*, absl::Mutex*, absl::Time) __asm__(
    "_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
void SeenNotify(absl::Notification*) __asm__("_ZN4absl7debian312Notification6NotifyEv");
void SeenAwaitNotification(const absl::Notification*) __asm__(
    "_ZNK4absl7debian312Notification19WaitForNotificationEv");

void SeenLock(absl::Mutex* mutex) {
  static auto* const real = Real(&SeenLock, "_ZN4absl7debian35Mutex4LockEv");
  real(mutex);
  __tsan_acquire(mutex);
}
void SeenUnlock(absl::Mutex* mutex) {
  static auto* const real = Real(&SeenUnlock, "_ZN4absl7debian35Mutex6UnlockEv");
  __tsan_release(mutex);
  real(mutex);
}
void SeenAwait(absl::Mutex* mutex, const absl::Condition& condition) {
  static auto* const real = Real(&SeenAwait, "_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE");
  SeenCondition seen{mutex, &condition};
  __tsan_release(mutex);
  real(mutex, absl::Condition(&SeenCondition::Evaluate, &seen));
  __tsan_acquire(mutex);
}
bool SeenAwaitFor(absl::Mutex* mutex, const absl::Condition& condition, absl::Duration limit) {
  static auto* const real = Real(
      &SeenAwaitFor, "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE");
  SeenCondition seen{mutex, &condition};
  __tsan_release(mutex);
  const bool met = real(mutex, absl::Condition(&SeenCondition::Evaluate, &seen), limit);
  __tsan_acquire(mutex);
  return met;
}
void SeenWait(absl::CondVar* condition, absl::Mutex* mutex) {
  static auto* const real = Real(&SeenWait, "_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE");
  __tsan_release(mutex);
  real(condition, mutex);
  __tsan_acquire(mutex);
}
bool SeenWaitFor(absl::CondVar* condition, absl::Mutex* mutex, absl::Duration limit) {
  static auto* const real =
      Real(&SeenWaitFor, "_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
  __tsan_release(mutex);
  const bool late = real(condition, mutex, limit);
  __tsan_acquire(mutex);
  return late;
}
bool SeenWaitUntil(absl::CondVar* condition, absl::Mutex* mutex, absl::Time deadline) {
  static auto* const real =
      Real(&SeenWaitUntil, "_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
  __tsan_release(mutex);
  const bool late = real(condition, mutex, deadline);
  __tsan_acquire(mutex);
  return late;
}
void SeenNotify(absl::Notification* notification) {
  static auto* const real = Real(&SeenNotify, "_ZN4absl7debian312Notification6NotifyEv");
  __tsan_release(notification);
  real(notification);
}
void SeenAwaitNotification(const absl::Notification* notification) {
  static auto* const real =
      Real(&SeenAwaitNotification, "_ZNK4absl7debian312Notification19WaitForNotificationEv");
  real(notification);
  __tsan_acquire(const_cast<absl::Notification*>(notification));
}
}
