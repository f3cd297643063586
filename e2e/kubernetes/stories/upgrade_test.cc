// The commands of deploy/upgrade.md, from its text, on a database of the schema before: every
// workload of zonedisk is replaced while Pods write. No line that they were told is durable is
// lost, none of them notices, and what is asked for meanwhile comes.
//
// Alone in the cluster: everything is restarted.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "e2e/harness/files.h"
#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"
#include "e2e/kubernetes/harness/workloads.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kRolledOutLimit{240};

// The schema of a deployed version: its tables, and the columns of those that later versions add
// to; the others are as they are.
constexpr int kOldSchema = 2;
using Columns = std::set<std::string>;
const std::map<std::string, Columns>& OldTables() {
  static const std::map<std::string, Columns> tables = {
      {"disks",
       {"seq",
        "account",
        "region",
        "id",
        "zone",
        "status",
        "category",
        "performance_level",
        "size_gib",
        "guest_size_gib",
        "type",
        "name",
        "description",
        "encrypted",
        "kms_key_id",
        "multi_attach",
        "provisioned_iops",
        "bursting_enabled",
        "delete_auto_snapshot",
        "delete_with_instance",
        "enable_auto_snapshot",
        "portable",
        "resource_group_id",
        "source_snapshot_id",
        "creation_time",
        "attached_time",
        "detached_time",
        "ever_attached",
        "generation",
        "document"}},
      {"snapshots",
       {"seq",
        "account",
        "region",
        "id",
        "status",
        "available",
        "progress",
        "name",
        "description",
        "source_disk_id",
        "source_zone",
        "source_disk_size_gib",
        "source_disk_type",
        "source_category",
        "encrypted",
        "kms_key_id",
        "retention_days",
        "instant_access",
        "resource_group_id",
        "requested_time",
        "creation_time",
        "last_modified_time",
        "bytes",
        "failure",
        "usage",
        "document"}},
      {"instances",
       {"seq", "account", "region", "id", "zone", "status", "type", "cpu", "memory_mib", "name",
        "host_name", "creation_time", "has_agent", "agent_refusal", "document"}},
      {"tasks",
       {"seq", "account", "region", "id", "action", "resource_id", "detail", "status",
        "creation_time", "finished_time", "document"}},
      {"attachments", {}},
      {"tags", {}},
      {"counters", {}},
      {"jobs", {}},
      {"tokens", {}},
      {"tombstones", {}},
      {"sequences", {}},
      {"meta", {}}};
  return tables;
}

// Writes 1, 2, …, each made durable before it is printed.
constexpr char kWriter[] = R"(n=0
while n=$((n + 1)) && echo "$n" >> /data/lines && sync /data/lines; do
  echo "$n"
  sleep 0.05
done
echo "failed at $n"
exec sleep infinity)";

// The commands of the page: indented by seven, behind the steps.
std::vector<std::string> CommandsOf(const std::string& page) {
  static const std::regex kCommand("(^|\n) {7}([^ \n][^\n]*)");
  const auto text = ReadFile(SourcePath(page));
  std::vector<std::string> commands;
  for (std::sregex_iterator at(text.begin(), text.end(), kCommand), end; at != end; ++at) {
    commands.push_back((*at)[2].str());
  }
  return commands;
}

std::filesystem::path DataFolder() {
  return TheSettings().ClusterFolder() / "data";
}

int SchemaVersion() {
  SQLite::Database db((DataFolder() / "cloud.db").string(), SQLite::OPEN_READONLY);
  return db.execAndGet("PRAGMA user_version").getInt();
}

std::vector<std::string> Texts(SQLite::Database& db, const std::string& sql) {
  std::vector<std::string> texts;
  SQLite::Statement rows(db, sql);
  while (rows.executeStep()) texts.push_back(rows.getColumn(0).getString());
  return texts;
}

void DropColumn(SQLite::Database& db, const std::string& table, const std::string& column) {
  const auto indexes = fmt::format(
      "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{}' AND sql LIKE '%{}%'",
      table, column);
  for (const auto& index : Texts(db, indexes)) db.exec("DROP INDEX " + index);
  db.exec(fmt::format("ALTER TABLE {} DROP COLUMN {}", table, column));
}

// The database of the stopped cloud, without what later versions have brought.
void BackToOldSchema() {
  SQLite::Database db((DataFolder() / "cloud.db").string(), SQLite::OPEN_READWRITE);
  for (const auto& table : Texts(db, "SELECT name FROM sqlite_master WHERE type = 'table'")) {
    const auto old = OldTables().find(table);
    if (old == OldTables().end()) {
      db.exec("DROP TABLE " + table);
      continue;
    }
    if (old->second.empty()) continue;
    for (const auto& column :
         Texts(db, fmt::format("SELECT name FROM pragma_table_info('{}')", table))) {
      if (!old->second.contains(column)) DropColumn(db, table, column);
    }
  }
  db.exec(fmt::format("PRAGMA user_version = {}", kOldSchema));
}

// For this cluster: its folder, its overlay, CRDs of this machine, and the way in which
// tools/cluster applies, so that fields have one owner.
std::string ForThisCluster(std::string command) {
  static const std::regex kUrl("'https://[^']*/config/crd[^']*'");
  command =
      std::regex_replace(command, kUrl, (TheSettings().kubectl.parent_path() / "crd").string());
  const std::vector<std::pair<std::string, std::string>> here = {
      {"/var/lib/zonedisk", DataFolder().string()},
      {"deploy/base", SourcePath("deploy/overlays/lab").string()},
      {"deploy/snapshot-controller", SourcePath("deploy/overlays/lab").string()},
      {"kubectl apply", "kubectl apply --server-side --force-conflicts"},
      {"kubectl",
       TheSettings().kubectl.string() + " --kubeconfig " + TheSettings().Kubeconfig().string()}};
  for (const auto& [page, ours] : here) {
    for (auto at = command.find(page); at != std::string::npos;
         at = command.find(page, at + ours.size())) {
      command.replace(at, page.size(), ours);
    }
  }
  return command;
}

class UpgradeAlone : public Story {
 protected:
  void StartWriter(const std::string& name, const std::string& storage_class,
                   const std::string& zone) {
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = storage_class})));
    ASSERT_TRUE(Apply(PodYaml({.name = name,
                               .mounts = {{.claim = name, .path = "/data"}},
                               .zone = zone,
                               .command = kWriter})));
  }

  // Returns the last number that the writer made durable; -1 when a write has failed.
  long DurableLines(const std::string& pod) const {
    const auto log = TheCluster().PodLog(pod, Ns());
    if (log.find("failed") != std::string::npos) return -1;
    const auto end = log.rfind('\n');
    if (end == std::string::npos || end == 0) return 0;
    const auto start = log.rfind('\n', end - 1);
    return std::atol(log.c_str() + (start == std::string::npos ? 0 : start + 1));
  }

  testing::AssertionResult WaitDurable(const std::string& pod, long at_least) const {
    return Eventually(pod + " writes", kStepLimit, [&]() -> std::string {
      const auto durable = DurableLines(pod);
      return durable >= at_least ? "" : fmt::format("{} of {}", durable, at_least);
    });
  }

  // Every number from 1 on is there, once, at least as far as was durable.
  void ExpectAllLines(const std::string& pod) const {
    const auto durable = DurableLines(pod);
    const auto lines = std::atol(InPod(pod, "wc -l < /data/lines").c_str());
    EXPECT_GE(lines, durable) << pod;
    EXPECT_EQ(InPod(pod, fmt::format("head -n {} /data/lines | sha256sum", durable)),
              InPod(pod, fmt::format("seq {} | sha256sum", durable)))
        << pod;
  }

  // While there is no cloud.
  void AskMeanwhile() {
    ASSERT_TRUE(Apply(ClaimYaml({.name = "meanwhile", .storage_class = kDelayedClass})));
    ASSERT_TRUE(
        Apply(PodYaml({.name = "meanwhile", .mounts = {{.claim = "meanwhile", .path = "/data"}}})));
    ASSERT_TRUE(Apply(
        SnapshotYaml({.name = "meanwhile", .snapshot_class = kSnapshotClass, .claim = "ext4"})));
  }

  static std::set<std::string> SystemPods() {
    std::set<std::string> pods;
    for (const char* workload : {"zonedisk-cloud", "zonedisk-agent", "zonedisk-csi-controller",
                                 "zonedisk-csi-node", "snapshot-controller"}) {
      for (auto& pod : PodsOf(workload)) pods.insert(std::move(pod));
    }
    return pods;
  }
};

TEST_F(UpgradeAlone, GivenWritersWhenThePageIsFollowedThenNothingIsLost) {
  const std::vector<std::string> writers = {"ext4", "xfs"};
  StartWriter("ext4", kDelayedClass, "cn-hangzhou-b");
  StartWriter("xfs", "zonedisk-xfs", "cn-hangzhou-e");
  for (const auto& writer : writers) {
    ASSERT_TRUE(WaitRunning(writer));
    ASSERT_TRUE(WaitDurable(writer, 10));
  }
  const auto before = SystemPods();
  ASSERT_FALSE(before.empty());

  const auto schema = SchemaVersion();
  ASSERT_GT(schema, kOldSchema);
  const auto commands = CommandsOf("deploy/upgrade.md");
  ASSERT_GE(commands.size(), 12U);
  for (const auto& command : commands) {
    // The cloud has just stopped: its database becomes one of before, and is copied as that.
    if (command.starts_with("mkdir")) BackToOldSchema();
    const auto said = RunCommand({"bash", "-euo", "pipefail", "-c", ForThisCluster(command)}, {},
                                 kRolledOutLimit);
    ASSERT_TRUE(said.Ok()) << command << "\n" << said.output;
    if (command.starts_with("mkdir")) AskMeanwhile();
  }
  EXPECT_EQ(SchemaVersion(), schema);
  ASSERT_TRUE(WaitRolledOut(kRolledOutLimit));
  for (const auto& pod : SystemPods())
    EXPECT_FALSE(before.contains(pod)) << pod << " is still there";

  for (const auto& writer : writers) {
    const auto durable = DurableLines(writer);
    ASSERT_GT(durable, 0) << TheCluster().PodLog(writer, Ns());
    EXPECT_TRUE(WaitDurable(writer, durable + 10));
    ExpectAllLines(writer);
    EXPECT_EQ(Field("pod/" + writer, "/status/containerStatuses/0/restartCount"), "0");
  }
  EXPECT_TRUE(WaitRunning("meanwhile"));
  ExpectBytes("meanwhile", "/data/bytes");
  EXPECT_TRUE(WaitField("volumesnapshot/meanwhile", "/status/readyToUse", "true"));
  EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), 3U);

  // The new processes know the volumes of the old ones: they take them away and bring them again.
  ASSERT_TRUE(Remove("pod/ext4"));
  ASSERT_TRUE(Apply(PodYaml({.name = "ext4", .mounts = {{.claim = "ext4", .path = "/data"}}})));
  ASSERT_TRUE(WaitRunning("ext4"));
  const auto lines = std::atol(InPod("ext4", "wc -l < /data/lines").c_str());
  EXPECT_EQ(InPod("ext4", "sha256sum < /data/lines"),
            InPod("ext4", fmt::format("seq {} | sha256sum", lines)));
}

}  // namespace
}  // namespace e2e
