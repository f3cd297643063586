#include "cloudapi/store/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

constexpr std::string_view kRegion = "cn-hangzhou";

// One store for the whole program: every case has an account of its own.
class World {
 public:
  static World& Instance() {
    static World world;
    return world;
  }

  std::string NewAccount() { return "account" + std::to_string(++accounts_); }

  // Gives each disk the next seq and an id, and stores all in one transaction.
  void Put(std::vector<Disk>& disks) {
    const auto put = store_->Write("", [&disks](Tx& tx) -> Result<bool> {
      for (auto& disk : disks) {
        disk.seq = tx.NextSeq();
        disk.id = tx.NextId(Kind::kDisk, "bp1");
        tx.Put(disk);
      }
      return true;
    });
    if (!put) std::abort();
  }

  Store& store() { return *store_; }
  ReaderPool& readers() { return *readers_; }

 private:
  World() {
    auto store = Store::Open({.data_dir = folder_.path(), .durability = Durability::kOff}, env_);
    if (!store) std::abort();
    store_ = std::move(*store);
    readers_ = std::make_unique<ReaderPool>(store_->DatabasePath());
  }

  TempFolder folder_;
  FakeEnv env_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<ReaderPool> readers_;
  int accounts_ = 0;
};

Disk Plain(const std::string& account) {
  return {.account = account,
          .region = std::string(kRegion),
          .zone = "cn-hangzhou-b",
          .status = DiskStatus::kAvailable,
          .category = "cloud_essd",
          .performance_level = "PL1",
          .size_gib = 20,
          .guest_size_gib = 20};
}

std::vector<std::string> IdsOf(const Rows& rows) {
  const auto documents = nlohmann::json::parse("[" + rows.documents + "]");
  std::vector<std::string> ids;
  for (const auto& document : documents) ids.push_back(document.at("DiskId"));
  return ids;
}

// All ids along the keyset, `limit` at a time.
std::vector<std::string> Walk(Reader& reader, const DiskFilter& filter, std::int64_t limit) {
  std::vector<std::string> ids;
  Window window{.limit = limit};
  for (;;) {
    const Rows rows = reader.Page(filter, window);
    const auto page = IdsOf(rows);
    ids.insert(ids.end(), page.begin(), page.end());
    if (!rows.next_before_seq) return ids;
    window.before_seq = rows.next_before_seq;
  }
}

template <class T>
T OneOf(std::initializer_list<T> values) {
  return *rc::gen::elementOf(std::vector<T>(values));
}

Disk RandomDisk(const std::string& account) {
  Disk disk = Plain(account);
  disk.zone = OneOf<std::string>({"cn-hangzhou-b", "cn-hangzhou-d"});
  disk.status = OneOf({DiskStatus::kAvailable, DiskStatus::kInUse, DiskStatus::kCreating});
  disk.category = OneOf<std::string>({"cloud_essd", "cloud_ssd"});
  disk.name = OneOf<std::string>({"", "data", "data-1", "da[t?a", "logs"});
  disk.source_snapshot_id = OneOf<std::string>({"", "s-1"});
  disk.encrypted = *rc::gen::arbitrary<bool>();
  disk.creation_time = SysMillis(std::chrono::seconds(*rc::gen::inRange(0, 10)));
  if (*rc::gen::arbitrary<bool>()) disk.tags.push_back({"app", OneOf<std::string>({"a", "b"})});
  if (*rc::gen::arbitrary<bool>()) disk.tags.push_back({"env", "test"});
  if (disk.status == DiskStatus::kInUse)
    disk.attachments.push_back({.instance_id = OneOf<std::string>({"i-1", "i-2"}),
                                .device = "/dev/xvdb",
                                .state = AttachmentState::kAttached});
  return disk;
}

DiskFilter RandomFilter(const std::string& account) {
  DiskFilter filter;
  filter.account = account;
  filter.region = kRegion;
  filter.zone = OneOf<std::string>({"", "", "cn-hangzhou-b", "cn-hangzhou-x"});
  filter.status = OneOf<std::string>({"", "", "Available", "In_use"});
  filter.category = OneOf<std::string>({"", "", "cloud_ssd"});
  filter.name = OneOf<std::string>({"", "", "", "data", "data*", "*a*", "da[*", "d?ta*"});
  filter.snapshot_id = OneOf<std::string>({"", "", "s-1"});
  filter.instance_id = OneOf<std::string>({"", "", "", "i-1"});
  if (*rc::gen::inRange(0, 4) == 0) filter.encrypted = true;
  if (*rc::gen::inRange(0, 4) == 0) filter.created_from = SysMillis(std::chrono::seconds(3));
  if (*rc::gen::inRange(0, 4) == 0) filter.created_to = SysMillis(std::chrono::seconds(6));
  if (*rc::gen::inRange(0, 3) == 0)
    filter.tags.push_back(OneOf<TagMatch>({{"app", "a"}, {"app", std::nullopt}}));
  if (*rc::gen::inRange(0, 3) == 0) filter.tags.push_back({"env", "test"});
  return filter;
}

bool MatchesPattern(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*')
    return MatchesPattern(text, pattern.substr(1)) ||
           (!text.empty() && MatchesPattern(text.substr(1), pattern));
  return !text.empty() && text.front() == pattern.front() &&
         MatchesPattern(text.substr(1), pattern.substr(1));
}

bool Carries(const Disk& disk, const TagMatch& match) {
  return std::ranges::any_of(disk.tags, [&match](const Tag& tag) {
    return tag.key == match.key && match.value.value_or(tag.value) == tag.value;
  });
}

// What the database must agree with.
bool Matches(const DiskFilter& filter, const Disk& disk) {
  const auto same = [](const std::string& wanted, std::string_view value) {
    return wanted.empty() || wanted == value;
  };
  return same(filter.zone, disk.zone) && same(filter.status, ToString(disk.status)) &&
         same(filter.category, disk.category) &&
         same(filter.snapshot_id, disk.source_snapshot_id) &&
         (filter.name.empty() || MatchesPattern(disk.name, filter.name)) &&
         (filter.instance_id.empty() ||
          std::ranges::any_of(disk.attachments,
                              [&filter](const Attachment& attachment) {
                                return attachment.instance_id == filter.instance_id;
                              })) &&
         filter.encrypted.value_or(disk.encrypted) == disk.encrypted &&
         filter.created_from.value_or(disk.creation_time) <= disk.creation_time &&
         disk.creation_time <= filter.created_to.value_or(disk.creation_time) &&
         std::ranges::all_of(filter.tags,
                             [&disk](const TagMatch& match) { return Carries(disk, match); });
}

RC_GTEST_PROP(ReaderTest, GivenRandomDisksWhenFilteredThenPagesAndCountAgreeWithTheModel, ()) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks;
  const auto amount = *rc::gen::inRange(0, 30);
  for (int i = 0; i < amount; ++i) disks.push_back(RandomDisk(account));
  world.Put(disks);
  auto reader = world.readers().Borrow();
  for (int round = 0; round < 5; ++round) {
    const DiskFilter filter = RandomFilter(account);
    std::vector<std::string> expected;
    for (auto disk = disks.rbegin(); disk != disks.rend(); ++disk)
      if (Matches(filter, *disk)) expected.push_back(disk->id);
    RC_ASSERT(Walk(*reader, filter, *rc::gen::inRange(1, 7)) == expected);
    RC_ASSERT(reader->Count(filter) == static_cast<std::int64_t>(expected.size()));
    const auto offset = *rc::gen::inRange(0, 6);
    const auto page = IdsOf(reader->Page(filter, {.limit = 4, .offset = offset}));
    const auto begin = std::min<std::size_t>(static_cast<std::size_t>(offset), expected.size());
    const auto end = std::min<std::size_t>(begin + 4, expected.size());
    RC_ASSERT(page ==
              std::vector<std::string>(expected.begin() + static_cast<std::ptrdiff_t>(begin),
                                       expected.begin() + static_cast<std::ptrdiff_t>(end)));
  }
}

// A disk of each of two accounts.
class ReaderIdTest : public testing::Test {
 protected:
  ReaderIdTest() {
    mine_ = {Plain(account_), Plain(account_), Plain(account_)};
    world_.Put(mine_);
    others_ = {Plain(world_.NewAccount())};
    world_.Put(others_);
    filter_.account = account_;
    filter_.region = kRegion;
  }
  std::vector<std::string> Ask(std::vector<std::string> ids) {
    filter_.ids = std::move(ids);
    auto reader = world_.readers().Borrow();
    const auto found = IdsOf(reader->Page(filter_, {.limit = 100}));
    EXPECT_EQ(reader->Count(filter_), static_cast<std::int64_t>(found.size()));
    return found;
  }

  World& world_ = World::Instance();
  const std::string account_ = world_.NewAccount();
  std::vector<Disk> mine_;
  std::vector<Disk> others_;
  DiskFilter filter_;
};

TEST_F(ReaderIdTest, GivenIdsWhenAskedThenOnlyTheAccountsAnswerNewestFirst) {
  EXPECT_THAT(Ask({mine_[0].id}), testing::ElementsAre(mine_[0].id));
  EXPECT_THAT(Ask({mine_[0].id, "d-none", mine_[2].id, mine_[0].id, others_[0].id}),
              testing::ElementsAre(mine_[2].id, mine_[0].id));
  EXPECT_THAT(Ask({}), testing::IsEmpty());
  EXPECT_THAT(Ask({others_[0].id}), testing::IsEmpty());
}

TEST_F(ReaderIdTest, GivenNoRegionWhenAskedByIdThenFoundAnywhere) {
  filter_.region.clear();
  EXPECT_THAT(Ask({mine_[1].id}), testing::ElementsAre(mine_[1].id));
  filter_.region = "cn-beijing";
  EXPECT_THAT(Ask({mine_[1].id}), testing::IsEmpty());
}

TEST_F(ReaderIdTest, GivenDiskWhenAskedWhetherItExistsThenAccountAndRegionCount) {
  auto reader = world_.readers().Borrow();
  EXPECT_TRUE(reader->Exists(Kind::kDisk, account_, "", mine_[0].id));
  EXPECT_TRUE(reader->Exists(Kind::kDisk, account_, kRegion, mine_[0].id));
  EXPECT_FALSE(reader->Exists(Kind::kDisk, account_, "cn-beijing", mine_[0].id));
  EXPECT_FALSE(reader->Exists(Kind::kDisk, account_, "", others_[0].id));
  EXPECT_FALSE(reader->Exists(Kind::kSnapshot, account_, "", mine_[0].id));
}

TEST(ReaderPoolTest, GivenAcknowledgedWriteWhenReadThenSeen) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  DiskFilter filter;
  filter.account = account;
  filter.region = kRegion;
  auto kept = world.readers().Borrow();
  for (std::int64_t number = 1; number <= 20; ++number) {
    std::vector<Disk> disks = {Plain(account)};
    world.Put(disks);
    EXPECT_EQ(kept->Count(filter), number);
    EXPECT_EQ(world.readers().Borrow()->Page(filter, {.limit = 100}).count, number);
  }
}

TEST(ReaderTagsTest, GivenTagsWhenListedPageByPageThenEachOnce) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks;
  for (int i = 0; i < 7; ++i) {
    disks.push_back(Plain(account));
    disks.back().tags = {{"env", i % 2 == 0 ? "prod" : "test"}, {"number", std::to_string(i)}};
  }
  world.Put(disks);
  auto reader = world.readers().Borrow();
  const TagListFilter filter{.account = account, .region = std::string(kRegion)};
  std::set<std::string> seen;
  TagPosition after;
  for (auto rows = reader->Tags(filter, after, 3); !rows.empty();
       rows = reader->Tags(filter, after, 3)) {
    for (const auto& row : rows)
      EXPECT_TRUE(seen.insert(row.id + row.position.key + row.value).second);
    after = rows.back().position;
  }
  EXPECT_EQ(seen.size(), 14U);
  TagListFilter prod = filter;
  prod.patterns = {{.pattern = "*nv", .values = {"prod"}}};
  EXPECT_EQ(reader->Tags(prod, {}, 100).size(), 8U);
  prod.tags = {{"number", "2"}};
  EXPECT_EQ(reader->Tags(prod, {}, 100).size(), 2U);
}

TEST(ReaderTagsTest, GivenTagsWhenCountedThenByKeyAndValue) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks = {Plain(account), Plain(account)};
  for (auto& disk : disks) disk.tags = {{"env", "prod"}};
  disks[1].tags.push_back({"own", "x"});
  world.Put(disks);
  auto reader = world.readers().Borrow();
  TagCountFilter filter{.account = account, .region = std::string(kRegion)};
  const auto counts = reader->TagCounts(filter, 10, 0);
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].disks, 2);
  EXPECT_EQ(counts[1].key, "own");
  EXPECT_EQ(reader->CountTags(filter), 2);
  EXPECT_EQ(reader->TagCounts(filter, 10, 1).size(), 1U);
  filter.id = disks[0].id;
  EXPECT_EQ(reader->CountTags(filter), 1);
  filter.tags = {{"own", std::nullopt}};
  EXPECT_EQ(reader->CountTags(filter), 0);
}

}  // namespace
}  // namespace cloudapi
