#pragma once
// The tables. Readers and the writer share this text and nothing else.
//
// Conventions: every row, key, index and counter carries account and region. Times are UTC
// milliseconds of the cloud's clock, NULL for "not yet". Statuses are the API's own words. `seq` is
// the creation order within the database and the rowid, so every index below ends with it: pages by
// keyset are `WHERE … AND seq < :after ORDER BY seq DESC`. `document` is the finished JSON object
// that Describe answers (store/documents.h). No row holds a path, host, port or process id.
#include <string_view>

namespace cloudapi {

// PRAGMA user_version. A database with a higher one is refused, a lower one does not exist yet.
inline constexpr int kSchemaVersion = 1;
// PRAGMA application_id: "zdsk".
inline constexpr int kApplicationId = 0x7a64736b;
inline constexpr std::string_view kDatabaseFile = "cloud.db";
inline constexpr std::string_view kLockFile = "cloud.lock";

inline constexpr std::string_view kSchema = R"sql(
CREATE TABLE disks (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  zone TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('Creating', 'Available', 'Attaching', 'In_use', 'Detaching', 'ReIniting')),
  category TEXT NOT NULL, performance_level TEXT NOT NULL,
  size_gib INTEGER NOT NULL CHECK (size_gib > 0), guest_size_gib INTEGER NOT NULL,
  type TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
  encrypted INTEGER NOT NULL, kms_key_id TEXT NOT NULL,
  multi_attach INTEGER NOT NULL, provisioned_iops INTEGER NOT NULL,
  bursting_enabled INTEGER NOT NULL, delete_auto_snapshot INTEGER NOT NULL,
  delete_with_instance INTEGER NOT NULL, enable_auto_snapshot INTEGER NOT NULL,
  portable INTEGER NOT NULL, resource_group_id TEXT NOT NULL,
  source_snapshot_id TEXT NOT NULL,
  creation_time INTEGER NOT NULL, attached_time INTEGER, detached_time INTEGER,
  ever_attached INTEGER NOT NULL, generation INTEGER NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (account, id, region)
) STRICT;
CREATE INDEX disks_place ON disks (account, region);
CREATE INDEX disks_zone ON disks (account, region, zone);
CREATE INDEX disks_status ON disks (account, region, status);
CREATE INDEX disks_category ON disks (account, region, category);
CREATE INDEX disks_name ON disks (account, region, name) WHERE name <> '';
CREATE INDEX disks_snapshot ON disks (account, region, source_snapshot_id)
  WHERE source_snapshot_id <> '';

-- One row for each attachment of a disk, whatever its state.
CREATE TABLE attachments (
  account TEXT NOT NULL, region TEXT NOT NULL,
  instance_id TEXT NOT NULL, disk_seq INTEGER NOT NULL REFERENCES disks (seq) ON DELETE CASCADE,
  device TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('Attaching', 'Attached', 'Detaching')),
  attached_time INTEGER,
  position INTEGER NOT NULL,
  PRIMARY KEY (account, region, instance_id, disk_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_disk ON attachments (disk_seq, position);

CREATE TABLE snapshots (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('progressing', 'accomplished', 'failed')),
  available INTEGER NOT NULL, progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
  name TEXT NOT NULL, description TEXT NOT NULL,
  source_disk_id TEXT NOT NULL, source_zone TEXT NOT NULL,
  source_disk_size_gib INTEGER NOT NULL, source_disk_type TEXT NOT NULL,
  source_category TEXT NOT NULL,
  encrypted INTEGER NOT NULL, kms_key_id TEXT NOT NULL,
  retention_days INTEGER NOT NULL, instant_access INTEGER NOT NULL,
  resource_group_id TEXT NOT NULL,
  requested_time INTEGER NOT NULL, creation_time INTEGER, last_modified_time INTEGER,
  bytes INTEGER NOT NULL, failure TEXT NOT NULL, usage TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (account, id, region)
) STRICT;
CREATE INDEX snapshots_place ON snapshots (account, region);
CREATE INDEX snapshots_status ON snapshots (account, region, status);
CREATE INDEX snapshots_disk ON snapshots (account, region, source_disk_id);
CREATE INDEX snapshots_name ON snapshots (account, region, name) WHERE name <> '';

CREATE TABLE instances (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  zone TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('Pending', 'Starting', 'Running', 'Stopping', 'Stopped')),
  type TEXT NOT NULL, cpu INTEGER NOT NULL, memory_mib INTEGER NOT NULL,
  name TEXT NOT NULL, host_name TEXT NOT NULL,
  creation_time INTEGER NOT NULL,
  has_agent INTEGER NOT NULL, agent_refusal TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (account, id, region)
) STRICT;
CREATE INDEX instances_place ON instances (account, region);
CREATE INDEX instances_zone ON instances (account, region, zone);
CREATE INDEX instances_status ON instances (account, region, status);
CREATE INDEX instances_name ON instances (account, region, name) WHERE name <> '';

-- Tags of every kind of object; `kind` is 'disk', 'snapshot' or 'instance', seq the object's.
CREATE TABLE tags (
  account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
  key TEXT NOT NULL, value TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (account, region, kind, key, value, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_object ON tags (account, region, kind, seq, key, value);

-- Exact totals, kept in the transaction of the change. `facet` is '' (all), 'zone', 'status' or
-- 'category' (instances: 'type'); `value` its value, '' for all. Snapshots have no zone.
CREATE TABLE counters (
  account TEXT NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL,
  facet TEXT NOT NULL, value TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  PRIMARY KEY (account, kind, facet, value, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  due INTEGER NOT NULL, kind TEXT NOT NULL,
  account TEXT NOT NULL, region TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (due, id, account, region);
CREATE INDEX jobs_subject ON jobs (account, region, subject);

CREATE TABLE tokens (
  account TEXT NOT NULL, region TEXT NOT NULL, action TEXT NOT NULL, token TEXT NOT NULL,
  parameter_hash TEXT NOT NULL, answer TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (account, region, action, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_created ON tokens (account, region, created);

-- Ids that existed and are gone, for as long as kDeletedLifetime.
CREATE TABLE deleted (
  account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL, deleted_time INTEGER NOT NULL,
  PRIMARY KEY (account, id, region)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_time ON deleted (account, region, deleted_time);

-- The cloud's own: sequences, revision, clock.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace cloudapi
