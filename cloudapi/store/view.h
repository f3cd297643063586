#pragma once
// The read-only half of the store: objects as values, listings as finished documents, tags, jobs.
// Unknown ids, other accounts' and other regions' ids all read as nullopt. `region` empty: any
// region of the account.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/job.h"
#include "cloudapi/store/query.h"
#include "cloudapi/store/tag_queries.h"

namespace cloudapi {

class Connection;
class ScopedStatement;
struct Selection;

// One exact total kept by the writer, summed over accounts and regions. `facet` is empty (all) or
// one of the kind's facets or the column of a sum.
struct Total {
  std::string kind;  // KindInfo::name
  std::string facet;
  std::string value;
  std::int64_t total = 0;
};

// Used by one thread at a time. Members throw when the storage is broken; Store catches that.
class View {
 public:
  explicit View(Connection& connection) : connection_(connection) {}
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  template <class T>
  std::optional<T> Find(std::string_view account, std::string_view region, std::string_view id);
  // Of every account, with a greater seq, oldest first, at most `limit`.
  template <class T>
  std::vector<T> After(std::int64_t seq, std::int64_t limit);
  // Every one of every account, oldest first.
  template <class T>
  std::vector<T> All();

  // Attached in any state; without the system disk.
  std::int64_t CountDataDisks(const Instance& instance);
  // The same disks, sorted by id.
  std::vector<Disk> DataDisksOf(const Instance& instance);
  std::optional<Disk> SystemDiskOf(const Instance& instance);
  // Ephemeral disks that belong to the instance, attached or not, in the order of creation.
  std::vector<Disk> DisksAtHomeOn(const Instance& instance);
  // The instances that the disk has attachments to, in their order.
  std::vector<Instance> InstancesOf(const Disk& disk);
  // In the order of creation.
  std::vector<Snapshot> SnapshotsOf(const Disk& disk);
  // The members, in the order of creation.
  std::vector<Snapshot> SnapshotsOf(const SnapshotGroup& group);
  // In the order in which they were added.
  std::vector<SecurityRule> RulesOf(const SecurityGroup& group);
  // The policies that are applied to the disk, in the order in which they were.
  std::vector<PolicyDisk> PoliciesOf(const Disk& disk);
  // The disks of the policy with a greater seq, in the same order, at most `limit`.
  std::vector<PolicyDisk> DisksOf(const SnapshotPolicy& policy, std::int64_t after,
                                  std::int64_t limit);
  // Disks made from it; `being_filled`: only those that still need its bytes, and others that are
  // set back to it.
  std::int64_t CountDisksOf(const Snapshot& snapshot, bool being_filled = false);
  // Across accounts, for who has a file name only. Ids are unique in a database.
  std::optional<std::int64_t> GenerationOf(std::string_view disk_id);
  bool HasSnapshot(std::string_view snapshot_id);
  // Instances that an agent registered for, sorted by account and id.
  std::vector<Instance> AgentInstances();
  // In the order of creation.
  std::vector<Instance> InstancesWithoutSystemDisk();

  // Objects of `query`, newest first, and how many there are in all. Found by facets, and counted
  // by the counters, they are those before the transaction that asks.
  Page List(const Query& query, const Window& window);
  // Exact. From the counters where the query is a place and facets, else over the most selective
  // index.
  std::int64_t Count(const Query& query);

  // Rows in the order of creation and key, after `after`, at most `limit`.
  std::vector<TagRow> Tags(const TagListFilter& filter, const TagPosition& after,
                           std::int64_t limit);
  // Each distinct (key, value), sorted: at most `limit` after skipping `offset`.
  std::vector<TagCount> TagCounts(const TagCountFilter& filter, std::int64_t limit,
                                  std::int64_t offset);
  // How many distinct (key, value) there are.
  std::int64_t CountTags(const TagCountFilter& filter);

  std::vector<Total> Totals();
  // Bytes in all snapshots of the region, and what those of a category were at a minute, for as
  // long as kUsageLifetime.
  std::int64_t SnapshotBytes(std::string_view account, std::string_view region);
  std::int64_t SnapshotBytesAt(std::string_view account, std::string_view region,
                               std::string_view category, SysMillis time);

  std::vector<Job> JobsOf(std::string_view account, std::string_view region,
                          std::string_view subject);
  // Every job, in (due, id) order.
  std::vector<Job> AllJobs();

  // Settings of the cloud itself that survive a restart, e.g. the clock's mode and offset.
  std::optional<std::string> Meta(std::string_view name);

 protected:
  Connection& Db() { return connection_; }

 private:
  template <class T>
  T Read(ScopedStatement& statement);
  template <class T>
  void Complete(T& object);
  template <class T>
  std::vector<T> ReadAll(ScopedStatement& statement);
  // What `sql` finds in the place of `of`, by its id as :of.
  template <class T, class Of>
  std::vector<T> AllOf(const std::string& sql, const Of& of);
  // The combinations of facets that a selection is found by, and how many objects they have.
  struct Combinations {
    std::string json;
    std::int64_t total = 0;
  };
  Combinations CombinationsOf(const Query& query, const Selection& selection);
  std::int64_t Count(const Query& query, const Selection& selection, const Combinations& found);
  std::vector<Disk> DisksOf(const Instance& instance, std::string_view type);

  Connection& connection_;
};

}  // namespace cloudapi
