#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <mutex>
#include <vector>

#include "tools/bench/limits.h"

namespace zonedisk::bench {
namespace {

// One caller waits on `done`; the writer sets it after the commit.
struct Waiter {
  bool done = false;
};

class BareWriter {
 public:
  explicit BareWriter(const std::filesystem::path& file)
      : db_(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE) {
    db_.exec("PRAGMA journal_mode=WAL");
    db_.exec("PRAGMA synchronous=FULL");
    db_.exec(
        "CREATE TABLE disks(id TEXT PRIMARY KEY, account TEXT, region TEXT, zone TEXT, status TEXT,"
        " category TEXT, name TEXT, seq INTEGER, doc TEXT) STRICT, WITHOUT ROWID;"
        "CREATE INDEX disks_zone ON disks(account, region, zone, seq);"
        "CREATE INDEX disks_status ON disks(account, region, status, seq);"
        "CREATE TABLE tags(id TEXT, key TEXT, value TEXT, PRIMARY KEY(id, key)) STRICT, WITHOUT "
        "ROWID;"
        "CREATE INDEX tags_key ON tags(key, value, id);"
        "CREATE TABLE tokens(token TEXT PRIMARY KEY, hash TEXT, answer TEXT) STRICT, WITHOUT ROWID;"
        "CREATE TABLE counters(name TEXT PRIMARY KEY, n INTEGER) STRICT, WITHOUT ROWID;"
        "INSERT INTO counters VALUES('disks', 0)");
    writer_ = std::thread([this] { Run(); });
  }
  ~BareWriter() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    writer_.join();
  }
  BareWriter(const BareWriter&) = delete;
  BareWriter& operator=(const BareWriter&) = delete;

  void Insert() {
    Waiter waiter;
    std::unique_lock lock(mutex_);
    queue_.push_back(&waiter);
    changed_.notify_one();
    committed_.wait(lock, [&] { return waiter.done; });
  }

 private:
  void Run() {
    SQLite::Statement disk(
        db_,
        "INSERT INTO disks "
        "VALUES(?,'1','cn-hangzhou','cn-hangzhou-b','Creating','cloud_essd','bench',?,?)");
    SQLite::Statement tag(db_, "INSERT INTO tags VALUES(?,?,?)");
    SQLite::Statement token(db_, "INSERT INTO tokens VALUES(?,'0123456789abcdef',?)");
    SQLite::Statement count(db_, "UPDATE counters SET n=n+1 WHERE name='disks'");
    const std::string document(1024, 'x');
    std::int64_t seq = 0;
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::deque<Waiter*> batch;
      batch.swap(queue_);
      lock.unlock();
      SQLite::Transaction transaction(db_);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        ++seq;
        char id[32];
        std::snprintf(id, sizeof id, "d-bp1%017lld", static_cast<long long>(seq));
        SQLite::bind(disk, id, seq, document);
        disk.exec();
        disk.reset();
        for (const char* key : {"createdby", "volume"}) {
          SQLite::bind(tag, id, key, "bench");
          tag.exec();
          tag.reset();
        }
        SQLite::bind(token, id, id);
        token.exec();
        token.reset();
        count.exec();
        count.reset();
      }
      transaction.commit();
      lock.lock();
      for (Waiter* waiter : batch) waiter->done = true;
      committed_.notify_all();
    }
  }

  SQLite::Database db_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable committed_;
  std::deque<Waiter*> queue_;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace

double GroupCommitRowsPerSecond(const std::filesystem::path& folder, int threads,
                                std::chrono::milliseconds duration) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  BareWriter writer(folder / "limit.db");
  std::atomic<std::int64_t> rows = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> callers;
  callers.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) {
    callers.emplace_back([&] {
      while (std::chrono::steady_clock::now() - begin < duration) {
        writer.Insert();
        ++rows;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return static_cast<double>(rows) / seconds;
}

}  // namespace zonedisk::bench
