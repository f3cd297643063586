#pragma once
// The read half of the store: pages of finished documents, counts, tags. A read that starts after a
// write was acknowledged sees that write (WAL, a new read transaction for each query).
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloudapi/resources/model.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// A tag that a resource must carry; without a value any value will do.
struct TagMatch {
  std::string key;
  std::optional<std::string> value;
};

// A member of the stored document, at a literal path ("$.ImageId"), or any element of that list.
struct MemberMatch {
  std::string_view path;
  std::vector<std::string> any_of;
};

// What the three kinds have in common. All conditions hold together; empty means not asked.
struct CommonFilter {
  std::string account;
  std::string region;  // empty: every region of the account
  // Nothing: any id. An empty list matches nothing.
  std::optional<std::vector<std::string>> ids;
  std::string name;                       // '*' stands for any text
  std::string status;                     // the API's own word
  std::optional<SysMillis> created_from;  // both ends included
  std::optional<SysMillis> created_to;
  std::vector<TagMatch> tags;
  std::vector<MemberMatch> members;  // what has no column; checked on the rows that remain
};

struct DiskFilter : CommonFilter {
  std::string zone;
  std::string instance_id;
  std::string category;
  std::string type;  // system | data
  std::string snapshot_id;
  std::string kms_key_id;
  std::string resource_group_id;
  std::optional<bool> portable;
  std::optional<bool> delete_with_instance;
  std::optional<bool> delete_auto_snapshot;
  std::optional<bool> enable_auto_snapshot;
  std::optional<bool> encrypted;
  std::optional<bool> multi_attach;
};

struct SnapshotFilter : CommonFilter {
  std::string disk_id;
  std::string instance_id;       // the disks attached to it now
  std::string source_disk_type;  // system | data
  std::string kms_key_id;
  std::string resource_group_id;
  std::optional<bool> encrypted;
};

struct InstanceFilter : CommonFilter {
  std::string zone;
  std::string type;
  std::string family;
};

// Which part of the matching rows, newest first. `before_seq` is a keyset position; else `offset`
// rows are skipped.
struct Window {
  std::int64_t limit = 10;
  std::int64_t offset = 0;
  std::optional<std::int64_t> before_seq;
};

struct Rows {
  std::string documents;  // stored JSON documents with commas between
  std::int64_t count = 0;
  // Set when rows follow: the keyset position of the next window.
  std::optional<std::int64_t> next_before_seq;
};

// Where a listing of tags goes on: after this tag of this resource.
struct TagPosition {
  std::int64_t seq = 0;
  std::string key;
};

// One tag of one resource.
struct TagRow {
  TagPosition position;
  std::string id;
  std::string value;
};

// How many resources carry a tag.
struct TagCount {
  std::string key;
  std::string value;
  std::int64_t disks = 0;
  std::int64_t snapshots = 0;
  std::int64_t instances = 0;
};

// Tag keys by pattern ('*' stands for any text) and values: any of them, empty: any value.
struct TagKeyPattern {
  std::string pattern;
  std::vector<std::string> values;
};

// Which resources' tags. Account, region and kind are always given.
struct TagListFilter {
  std::string account;
  std::string region;
  Kind kind = Kind::kDisk;
  std::vector<std::string> ids;         // empty: any
  std::vector<TagMatch> tags;           // carried all
  std::vector<TagKeyPattern> patterns;  // each matched by some tag
};

// Which tags are counted.
struct TagCountFilter {
  std::string account;
  std::string region;
  std::optional<Kind> kind;
  std::string id;              // empty: any resource
  std::vector<TagMatch> tags;  // any of them; empty: any tag
};

// One exact total kept by the writer, summed over accounts and regions. `facet` is "" (all), zone,
// status, category (instances: type).
struct Total {
  Kind kind = Kind::kDisk;
  std::string facet;
  std::string value;
  std::int64_t total = 0;
};

// What the lab shows of an instance.
struct InstanceRow {
  std::string id;
  std::string account;
  std::string region;
  std::string zone;
  std::string type;
  std::string name;
  std::string status;
  bool has_agent = false;
  std::string agent_refusal;
  std::int64_t disks = 0;  // attachments, whatever their state
};

// What the lab shows of a disk, a snapshot, and a job that is not done.
struct DiskRow {
  std::string id;
  std::string account;
  std::string region;
  std::string zone;
  std::string name;
  std::string status;
  std::int64_t generation = 0;
  std::vector<std::pair<std::string, std::string>> attachments;  // instance id, state
};
struct SnapshotRow {
  std::string id;
  std::string account;
  std::string region;
  std::string name;
  std::string source_disk_id;
  std::string status;
  std::string failure;
};
struct JobRow {
  std::string kind;
  std::string subject;
};

// One read-only connection with its prepared statements. Used by one thread at a time.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& database);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Rows Page(const DiskFilter& filter, const Window& window);
  Rows Page(const SnapshotFilter& filter, const Window& window);
  Rows Page(const InstanceFilter& filter, const Window& window);
  // Exact. From a counter where the filter is account + region and at most one of zone, status and
  // category, else over the most selective index.
  std::int64_t Count(const DiskFilter& filter);
  std::int64_t Count(const SnapshotFilter& filter);
  std::int64_t Count(const InstanceFilter& filter);

  // Whether the account has such an object; `region` empty: anywhere.
  bool Exists(Kind kind, std::string_view account, std::string_view region, std::string_view id);

  // Rows in the order of creation and key, after `after`, at most `limit`.
  std::vector<TagRow> Tags(const TagListFilter& filter, const TagPosition& after,
                           std::int64_t limit);
  // Each distinct (key, value), sorted: at most `limit` after skipping `offset`.
  std::vector<TagCount> TagCounts(const TagCountFilter& filter, std::int64_t limit,
                                  std::int64_t offset);
  // How many distinct (key, value) there are.
  std::int64_t CountTags(const TagCountFilter& filter);

  std::vector<Total> Totals();
  // Of every account, oldest first; the lab's view.
  std::vector<InstanceRow> AllInstances();
  std::vector<DiskRow> AllDisks();
  std::vector<SnapshotRow> AllSnapshots();
  // In the order in which they come due.
  std::vector<JobRow> AllJobs();
  // A value kept beside the resources, e.g. the clock's state.
  std::optional<std::string> Meta(std::string_view name);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

// Hands out readers: as many exist as were ever used at once. Thread-safe.
class ReaderPool {
 public:
  // Returns its reader to the pool at the end of its life.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Reader> reader)
        : pool_(&pool), reader_(std::move(reader)) {}
    ~Lease() {
      if (reader_) pool_->Return(std::move(reader_));
    }
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Reader& operator*() { return *reader_; }
    Reader* operator->() { return reader_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Reader> reader_;
  };

  explicit ReaderPool(std::filesystem::path database) : database_(std::move(database)) {}
  Lease Borrow() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Return(std::unique_ptr<Reader> reader) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::filesystem::path database_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<Reader>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
