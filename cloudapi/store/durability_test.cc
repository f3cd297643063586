// A process that is killed while it writes: whatever it was told is stored, is.
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

constexpr std::size_t kIdLength = 22;
constexpr std::size_t kWanted = 300;

// Writes disks until it is killed; tells each acknowledged id on `report`.
[[noreturn]] void WriteForEver(const std::filesystem::path& folder, int report) {
  FakeEnv env;
  const auto store = Store::Open({.data_dir = folder}, env);
  if (!store) _exit(1);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&store, report] {
      while (true) {
        const auto id = (*store)->Write("r", [](Tx& tx) -> Result<std::string> {
          Disk disk = DiskIn(DiskStatus::kAvailable);
          disk.id = tx.NextId<Disk>("bp1");
          disk.seq = tx.NextSeq();
          tx.Put(disk);
          tx.PutToken({"a", "r", "CreateDisk", disk.id}, {"hash", disk.id, tx.Now()});
          return disk.id;
        });
        if (!id || ::write(report, id->data(), id->size()) != static_cast<ssize_t>(kIdLength)) {
          _exit(2);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  _exit(3);
}

// Everything that the child reported until it was killed after the wanted number.
std::vector<std::string> KillWhileWriting(const std::filesystem::path& folder) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(::pipe(pipe_ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) WriteForEver(folder, pipe_ends[1]);
  ::close(pipe_ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  bool killed = false;
  for (ssize_t count = 0; (count = ::read(pipe_ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (!killed && text.size() >= kWanted * kIdLength) {
      EXPECT_EQ(::kill(child, SIGKILL), 0);
      killed = true;
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(pipe_ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status));
  std::vector<std::string> ids;
  for (std::size_t at = 0; at + kIdLength <= text.size(); at += kIdLength) {
    ids.push_back(text.substr(at, kIdLength));
  }
  return ids;
}

TEST(Durability, GivenProcessKilledWhileWritingWhenReopenedThenEveryAcknowledgedDiskIsThere) {
  const TempFolder folder;
  const std::vector<std::string> ids = KillWhileWriting(folder.path());
  ASSERT_GE(ids.size(), kWanted);
  FakeEnv env;
  const auto store = OpenStore(folder.path(), env);
  const auto next = store->Write("r", [&ids](Tx& tx) -> Result<std::string> {
    for (const std::string& id : ids) {
      EXPECT_TRUE(tx.Find<Disk>("a", "", id)) << id;
      EXPECT_TRUE(tx.FindToken({"a", "r", "CreateDisk", id})) << id;
    }
    return tx.NextId<Disk>("bp1");
  });
  for (const std::string& id : ids) EXPECT_LT(id, next.value());
  SQLite::Database db(store->DatabasePath().string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(db.execAndGet("SELECT total FROM counters WHERE kind = 'disk' AND facet = ''").getInt(),
            db.execAndGet("SELECT count(*) FROM disks").getInt());
}

struct CrashCase {
  std::string label;
  std::string_view point;
  bool stored;
};
class CrashTest : public testing::TestWithParam<CrashCase> {};

TEST_P(CrashTest, GivenCrashAroundTheCommitWhenReopenedThenDiskIsThereExactlyIfCommitted) {
  const TempFolder folder;
  const auto put = [](Store& store) {
    return store.Write("r", [](Tx& tx) -> Result<bool> {
      Disk disk = DiskIn(DiskStatus::kAvailable);
      disk.seq = tx.NextSeq();
      tx.Put(disk);
      return true;
    });
  };
  const pid_t child = ::fork();
  if (child == 0) {
    FakeEnv env;
    const auto store = Store::Open({.data_dir = folder.path()}, env);
    if (!store || !base::ArmCrashPoint(kCloudCrashPoints, GetParam().point)) _exit(1);
    static_cast<void>(put(**store));
    _exit(2);  // it should have died inside
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 137);
  FakeEnv env;
  const auto store = OpenStore(folder.path(), env);
  const auto found = store->Write(
      "r", [](Tx& tx) -> Result<bool> { return tx.Find<Disk>("a", "", "d-1").has_value(); });
  EXPECT_EQ(found.value(), GetParam().stored);
  EXPECT_EQ(store->Revision(), GetParam().stored ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Points, CrashTest,
                         testing::Values(CrashCase{"Before", "write.before-commit", false},
                                         CrashCase{"After", "write.after-commit", true}),
                         [](const auto& c) { return c.param.label; });

}  // namespace
}  // namespace cloudapi
