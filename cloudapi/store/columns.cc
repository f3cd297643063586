#include "cloudapi/store/columns.h"

#include <array>

namespace cloudapi {
namespace {

void Bind(SQLite::Statement& statement, int index, const std::string& text) {
  statement.bindNoCopy(index, text);
}
void Bind(SQLite::Statement& statement, int index, std::int64_t number) {
  statement.bind(index, number);
}
void Bind(SQLite::Statement& statement, int index, int number) {
  statement.bind(index, number);
}
void Bind(SQLite::Statement& statement, int index, bool flag) {
  statement.bind(index, flag ? 1 : 0);
}
void Bind(SQLite::Statement& statement, int index, SysMillis time) {
  statement.bind(index, static_cast<std::int64_t>(time.time_since_epoch().count()));
}
void Bind(SQLite::Statement& statement, int index, const std::optional<SysMillis>& time) {
  BindTime(statement, index, time);
}
template <class Status>
void BindStatus(SQLite::Statement& statement, int index, Status status) {
  statement.bind(index, std::string(ToString(status)));
}
void Bind(SQLite::Statement& statement, int index, DiskStatus status) {
  BindStatus(statement, index, status);
}
void Bind(SQLite::Statement& statement, int index, SnapshotStatus status) {
  BindStatus(statement, index, status);
}
void Bind(SQLite::Statement& statement, int index, InstanceStatus status) {
  BindStatus(statement, index, status);
}

void Read(SQLite::Statement& statement, int index, std::string& text) {
  text = statement.getColumn(index).getString();
}
void Read(SQLite::Statement& statement, int index, std::int64_t& number) {
  number = statement.getColumn(index).getInt64();
}
void Read(SQLite::Statement& statement, int index, int& number) {
  number = statement.getColumn(index).getInt();
}
void Read(SQLite::Statement& statement, int index, bool& flag) {
  flag = statement.getColumn(index).getInt() != 0;
}
void Read(SQLite::Statement& statement, int index, SysMillis& time) {
  time = SysMillis(std::chrono::milliseconds(statement.getColumn(index).getInt64()));
}
void Read(SQLite::Statement& statement, int index, std::optional<SysMillis>& time) {
  time = ReadTime(statement, index);
}
// The tables' CHECKs admit the API's words only.
void Read(SQLite::Statement& statement, int index, DiskStatus& status) {
  status = ParseDiskStatus(statement.getColumn(index).getString()).value();
}
void Read(SQLite::Statement& statement, int index, SnapshotStatus& status) {
  status = ParseSnapshotStatus(statement.getColumn(index).getString()).value();
}
void Read(SQLite::Statement& statement, int index, InstanceStatus& status) {
  status = ParseInstanceStatus(statement.getColumn(index).getString()).value();
}

template <class Object, auto kMember>
constexpr Column<Object> Make(std::string_view name, bool fixed) {
  return {name, fixed,
          [](SQLite::Statement& statement, int index, const Object& object) {
            Bind(statement, index, object.*kMember);
          },
          [](SQLite::Statement& statement, int index, Object& object) {
            Read(statement, index, object.*kMember);
          }};
}
template <auto kMember>
constexpr Column<Disk> D(std::string_view name, bool fixed = false) {
  return Make<Disk, kMember>(name, fixed);
}
template <auto kMember>
constexpr Column<Snapshot> S(std::string_view name, bool fixed = false) {
  return Make<Snapshot, kMember>(name, fixed);
}
template <auto kMember>
constexpr Column<Instance> I(std::string_view name, bool fixed = false) {
  return Make<Instance, kMember>(name, fixed);
}

constexpr std::array kDisk = {
    D<&Disk::seq>("seq", true),
    D<&Disk::account>("account", true),
    D<&Disk::region>("region", true),
    D<&Disk::id>("id", true),
    D<&Disk::zone>("zone", true),
    D<&Disk::status>("status"),
    D<&Disk::category>("category"),
    D<&Disk::performance_level>("performance_level"),
    D<&Disk::size_gib>("size_gib"),
    D<&Disk::guest_size_gib>("guest_size_gib"),
    D<&Disk::type>("type", true),
    D<&Disk::name>("name"),
    D<&Disk::description>("description"),
    D<&Disk::encrypted>("encrypted", true),
    D<&Disk::kms_key_id>("kms_key_id", true),
    D<&Disk::multi_attach>("multi_attach", true),
    D<&Disk::provisioned_iops>("provisioned_iops"),
    D<&Disk::bursting_enabled>("bursting_enabled"),
    D<&Disk::delete_auto_snapshot>("delete_auto_snapshot"),
    D<&Disk::delete_with_instance>("delete_with_instance"),
    D<&Disk::enable_auto_snapshot>("enable_auto_snapshot"),
    D<&Disk::portable>("portable"),
    D<&Disk::resource_group_id>("resource_group_id"),
    D<&Disk::source_snapshot_id>("source_snapshot_id", true),
    D<&Disk::creation_time>("creation_time", true),
    D<&Disk::attached_time>("attached_time"),
    D<&Disk::detached_time>("detached_time"),
    D<&Disk::ever_attached>("ever_attached"),
    D<&Disk::generation>("generation"),
};

constexpr std::array kSnapshot = {
    S<&Snapshot::seq>("seq", true),
    S<&Snapshot::account>("account", true),
    S<&Snapshot::region>("region", true),
    S<&Snapshot::id>("id", true),
    S<&Snapshot::status>("status"),
    S<&Snapshot::available>("available"),
    S<&Snapshot::progress>("progress"),
    S<&Snapshot::name>("name"),
    S<&Snapshot::description>("description"),
    S<&Snapshot::source_disk_id>("source_disk_id", true),
    S<&Snapshot::source_zone>("source_zone", true),
    S<&Snapshot::source_disk_size_gib>("source_disk_size_gib", true),
    S<&Snapshot::source_disk_type>("source_disk_type", true),
    S<&Snapshot::source_category>("source_category", true),
    S<&Snapshot::encrypted>("encrypted", true),
    S<&Snapshot::kms_key_id>("kms_key_id", true),
    S<&Snapshot::retention_days>("retention_days"),
    S<&Snapshot::instant_access>("instant_access"),
    S<&Snapshot::resource_group_id>("resource_group_id"),
    S<&Snapshot::requested_time>("requested_time", true),
    S<&Snapshot::creation_time>("creation_time"),
    S<&Snapshot::last_modified_time>("last_modified_time"),
    S<&Snapshot::bytes>("bytes"),
    S<&Snapshot::failure>("failure"),
    S<&Snapshot::usage>("usage"),
};

constexpr std::array kInstance = {
    I<&Instance::seq>("seq", true),
    I<&Instance::account>("account", true),
    I<&Instance::region>("region", true),
    I<&Instance::id>("id", true),
    I<&Instance::zone>("zone"),
    I<&Instance::status>("status"),
    I<&Instance::type>("type"),
    I<&Instance::cpu>("cpu"),
    I<&Instance::memory_mib>("memory_mib"),
    I<&Instance::name>("name"),
    I<&Instance::host_name>("host_name"),
    I<&Instance::creation_time>("creation_time", true),
    I<&Instance::has_agent>("has_agent"),
    I<&Instance::agent_refusal>("agent_refusal"),
};

}  // namespace

void BindTime(SQLite::Statement& statement, int index, const std::optional<SysMillis>& time) {
  if (time) {
    Bind(statement, index, *time);
  } else {
    statement.bind(index);
  }
}

std::optional<SysMillis> ReadTime(SQLite::Statement& statement, int index) {
  const SQLite::Column column = statement.getColumn(index);
  if (column.isNull()) return std::nullopt;
  return SysMillis(std::chrono::milliseconds(column.getInt64()));
}

std::span<const Column<Disk>> DiskColumns() {
  return kDisk;
}
std::span<const Column<Snapshot>> SnapshotColumns() {
  return kSnapshot;
}
std::span<const Column<Instance>> InstanceColumns() {
  return kInstance;
}

}  // namespace cloudapi
