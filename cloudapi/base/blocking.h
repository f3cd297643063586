#pragma once
// How code that waits tells the pool whose thread it runs on.

namespace cloudapi {

// Tells the pool that this worker thread waits (commit, long poll, injected latency), so that a
// spare may start. Does nothing on threads that are not workers. Nesting counts once.
class BlockingScope {
 public:
  enum class Why { kCommit, kLongPoll };
  explicit BlockingScope(Why why);
  ~BlockingScope();
  BlockingScope(const BlockingScope&) = delete;
  BlockingScope& operator=(const BlockingScope&) = delete;
};

// What a pool of threads does about waits on them.
class BlockingObserver {
 public:
  // Whether the wait is counted; then LeaveWait follows.
  virtual bool EnterWait(BlockingScope::Why why) = 0;
  virtual void LeaveWait(BlockingScope::Why why) = 0;
  // Called by each thread of a pool at its start.
  static void ObserveThisThread(BlockingObserver* observer);

 protected:
  ~BlockingObserver() = default;
};

}  // namespace cloudapi
