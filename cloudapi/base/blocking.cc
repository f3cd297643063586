#include "cloudapi/base/blocking.h"

namespace cloudapi {
namespace {

// The observer of this thread, and the scope that counted its wait.
thread_local BlockingObserver* this_observer = nullptr;
thread_local const BlockingScope* counted_scope = nullptr;
thread_local BlockingScope::Why counted_why = BlockingScope::Why::kCommit;

}  // namespace

void BlockingObserver::ObserveThisThread(BlockingObserver* observer) {
  this_observer = observer;
}

BlockingScope::BlockingScope(Why why) {
  if (this_observer == nullptr || counted_scope != nullptr) return;
  if (!this_observer->EnterWait(why)) return;
  counted_scope = this;
  counted_why = why;
}

BlockingScope::~BlockingScope() {
  if (counted_scope != this) return;
  counted_scope = nullptr;
  this_observer->LeaveWait(counted_why);
}

}  // namespace cloudapi
