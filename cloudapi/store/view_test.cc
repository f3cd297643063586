#include "cloudapi/store/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cloudapi/store/connection.h"
#include "cloudapi/store/store.h"
#include "cloudapi/store/testing/plan.h"
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
        disk.id = tx.NextId<Disk>("bp1");
        tx.Put(disk);
      }
      return true;
    });
    if (!put) std::abort();
  }

  Store& store() { return *store_; }

 private:
  World() {
    auto store = Store::Open(
        {.data_dir = folder_.path(), .durability = Durability::kOff, .on_prepare = CheckPlan},
        env_);
    if (!store) std::abort();
    store_ = std::move(*store);
  }

  TempFolder folder_;
  FakeEnv env_;
  std::unique_ptr<Store> store_;
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

// What `ask` reads on one view.
template <class Ask>
auto Reading(const Ask& ask) {
  using Value = std::invoke_result_t<const Ask&, View&>;
  return World::Instance()
      .store()
      .Read([&ask](View& view) -> Result<Value> { return ask(view); })
      .value();
}

std::vector<std::string> IdsOf(const Page& page) {
  const auto documents = nlohmann::json::parse("[" + page.documents + "]");
  std::vector<std::string> ids;
  for (const auto& document : documents) ids.push_back(document.at("DiskId"));
  return ids;
}

// All ids along the keyset, `limit` at a time.
std::vector<std::string> Walk(View& view, const Query& query, std::int64_t limit) {
  std::vector<std::string> ids;
  Window window{.limit = limit};
  for (;;) {
    const Page rows = view.List(query, window);
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
  disk.auto_snapshot_policy_id = OneOf<std::string>({"", "sp-1"});
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

// What a listing of disks may ask.
struct DiskFilter {
  std::string account;
  std::string zone;
  std::string status;
  std::string category;
  std::string name;
  std::string snapshot_id;
  std::string instance_id;
  std::optional<bool> with_policy;
  std::optional<bool> encrypted;
  std::optional<SysMillis> created_from;
  std::optional<SysMillis> created_to;
  std::vector<TagMatch> tags;
};

Query QueryOf(const DiskFilter& filter) {
  Query query{.kind = &KindOf<Disk>(), .account = filter.account, .region = std::string(kRegion)};
  const auto is = [&query](std::string_view column, const std::string& value) {
    if (!value.empty()) query.conditions.push_back(where::Is{column, value});
  };
  if (!filter.name.empty()) query.conditions.push_back(where::Like{"name", filter.name});
  if (!filter.tags.empty()) query.conditions.push_back(where::Tags{filter.tags});
  if (!filter.instance_id.empty())
    query.conditions.push_back(where::OnInstance{filter.instance_id});
  is("source_snapshot_id", filter.snapshot_id);
  if (filter.with_policy)
    query.conditions.push_back(where::Filled{"auto_snapshot_policy_id", *filter.with_policy});
  is("zone", filter.zone);
  is("status", filter.status);
  is("category", filter.category);
  query.conditions.push_back(
      where::Between{"o.creation_time", filter.created_from, filter.created_to});
  if (filter.encrypted)
    query.conditions.push_back(where::Is{"encrypted", std::int64_t{*filter.encrypted ? 1 : 0}});
  return query;
}

DiskFilter RandomFilter(const std::string& account) {
  DiskFilter filter;
  filter.account = account;
  filter.zone = OneOf<std::string>({"", "", "cn-hangzhou-b", "cn-hangzhou-x"});
  filter.status = OneOf<std::string>({"", "", "Available", "In_use"});
  filter.category = OneOf<std::string>({"", "", "cloud_ssd"});
  filter.name = OneOf<std::string>({"", "", "", "data", "data*", "*a*", "da[*", "d?ta*"});
  filter.snapshot_id = OneOf<std::string>({"", "", "s-1"});
  filter.instance_id = OneOf<std::string>({"", "", "", "i-1"});
  if (*rc::gen::inRange(0, 3) == 0) filter.with_policy = *rc::gen::arbitrary<bool>();
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
  return same(filter.zone, disk.zone) && same(filter.status, WordOf(disk.status)) &&
         same(filter.category, disk.category) &&
         same(filter.snapshot_id, disk.source_snapshot_id) &&
         (filter.name.empty() || MatchesPattern(disk.name, filter.name)) &&
         (filter.instance_id.empty() ||
          std::ranges::any_of(disk.attachments,
                              [&filter](const Attachment& attachment) {
                                return attachment.instance_id == filter.instance_id;
                              })) &&
         filter.with_policy.value_or(!disk.auto_snapshot_policy_id.empty()) !=
             disk.auto_snapshot_policy_id.empty() &&
         filter.encrypted.value_or(disk.encrypted) == disk.encrypted &&
         filter.created_from.value_or(disk.creation_time) <= disk.creation_time &&
         disk.creation_time <= filter.created_to.value_or(disk.creation_time) &&
         std::ranges::all_of(filter.tags,
                             [&disk](const TagMatch& match) { return Carries(disk, match); });
}

RC_GTEST_PROP(ViewTest, GivenRandomDisksWhenFilteredThenPagesAndCountAgreeWithTheModel, ()) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks;
  const auto amount = *rc::gen::inRange(0, 30);
  for (int i = 0; i < amount; ++i) disks.push_back(RandomDisk(account));
  world.Put(disks);
  for (int round = 0; round < 5; ++round) {
    const DiskFilter filter = RandomFilter(account);
    std::vector<std::string> expected;
    for (auto disk = disks.rbegin(); disk != disks.rend(); ++disk)
      if (Matches(filter, *disk)) expected.push_back(disk->id);
    const Query query = QueryOf(filter);
    const auto limit = *rc::gen::inRange(1, 7);
    RC_ASSERT(Reading([&](View& view) { return Walk(view, query, limit); }) == expected);
    RC_ASSERT(Reading([&](View& view) { return view.Count(query); }) ==
              static_cast<std::int64_t>(expected.size()));
    const auto offset = *rc::gen::inRange(0, 6);
    const Page window =
        Reading([&](View& view) { return view.List(query, {.limit = 4, .offset = offset}); });
    RC_ASSERT(window.total == static_cast<std::int64_t>(expected.size()));
    const auto page = IdsOf(window);
    const auto begin = std::min<std::size_t>(static_cast<std::size_t>(offset), expected.size());
    const auto end = std::min<std::size_t>(begin + 4, expected.size());
    RC_ASSERT(page ==
              std::vector<std::string>(expected.begin() + static_cast<std::ptrdiff_t>(begin),
                                       expected.begin() + static_cast<std::ptrdiff_t>(end)));
  }
}

// A disk of each of two accounts.
class ViewIdTest : public testing::Test {
 protected:
  ViewIdTest() {
    mine_ = {Plain(account_), Plain(account_), Plain(account_)};
    world_.Put(mine_);
    others_ = {Plain(world_.NewAccount())};
    world_.Put(others_);
  }
  std::vector<std::string> Ask(std::vector<std::string> ids, std::string region = "cn-hangzhou") {
    const Query query{.kind = &KindOf<Disk>(),
                      .account = account_,
                      .region = std::move(region),
                      .conditions = {where::Ids{std::move(ids)}}};
    const auto found = IdsOf(Reading([&](View& view) { return view.List(query, {.limit = 100}); }));
    EXPECT_EQ(Reading([&](View& view) { return view.Count(query); }),
              static_cast<std::int64_t>(found.size()));
    return found;
  }

  World& world_ = World::Instance();
  const std::string account_ = world_.NewAccount();
  std::vector<Disk> mine_;
  std::vector<Disk> others_;
};

TEST_F(ViewIdTest, GivenIdsWhenAskedThenOnlyTheAccountsAnswerNewestFirst) {
  EXPECT_THAT(Ask({mine_[0].id}), testing::ElementsAre(mine_[0].id));
  EXPECT_THAT(Ask({mine_[0].id, "d-none", mine_[2].id, mine_[0].id, others_[0].id}),
              testing::ElementsAre(mine_[2].id, mine_[0].id));
  EXPECT_THAT(Ask({}), testing::IsEmpty());
  EXPECT_THAT(Ask({others_[0].id}), testing::IsEmpty());
}

TEST_F(ViewIdTest, GivenNoRegionWhenAskedByIdThenFoundAnywhere) {
  EXPECT_THAT(Ask({mine_[1].id}, ""), testing::ElementsAre(mine_[1].id));
  EXPECT_THAT(Ask({mine_[1].id}, "cn-beijing"), testing::IsEmpty());
}

TEST_F(ViewIdTest, GivenDiskWhenLookedForThenAccountRegionAndKindCount) {
  Reading([&](View& view) {
    EXPECT_EQ(view.Find<Disk>(account_, "", mine_[0].id), mine_[0]);
    EXPECT_EQ(view.Find<Disk>(account_, kRegion, mine_[0].id), mine_[0]);
    EXPECT_FALSE(view.Find<Disk>(account_, "cn-beijing", mine_[0].id));
    EXPECT_FALSE(view.Find<Disk>(account_, "", others_[0].id));
    EXPECT_FALSE(view.Find<Snapshot>(account_, "", mine_[0].id));
    return true;
  });
}

TEST(ViewTest, GivenAcknowledgedWriteWhenReadThenSeen) {
  World& world = World::Instance();
  const Query query{
      .kind = &KindOf<Disk>(), .account = world.NewAccount(), .region = std::string(kRegion)};
  for (std::int64_t number = 1; number <= 20; ++number) {
    std::vector<Disk> disks = {Plain(query.account)};
    world.Put(disks);
    EXPECT_EQ(Reading([&](View& view) { return view.Count(query); }), number);
    EXPECT_EQ(Reading([&](View& view) { return view.List(query, {.limit = 100}); }).count, number);
  }
}

TEST(ViewTest, GivenWriteMeanwhileWhenReadAgainThenTheStateOfTheFirstReading) {
  World& world = World::Instance();
  const Query query{
      .kind = &KindOf<Disk>(), .account = world.NewAccount(), .region = std::string(kRegion)};
  Reading([&](View& view) {
    EXPECT_EQ(view.Count(query), 0);
    std::vector<Disk> disks = {Plain(query.account)};
    world.Put(disks);
    EXPECT_EQ(view.Count(query), 0);
    EXPECT_EQ(view.List(query, {.limit = 10}).count, 0);
    return true;
  });
  EXPECT_EQ(Reading([&](View& view) { return view.Count(query); }), 1);
}

// More texts than are kept, and after each a reading that needs a second statement while the first
// is in use.
TEST(ViewTest, GivenMoreStatementsThanAreKeptWhenReadingGoesOnThenEachLives) {
  constexpr std::string_view kFlags[] = {"encrypted",
                                         "portable",
                                         "multi_attach",
                                         "bursting_enabled",
                                         "delete_with_instance",
                                         "delete_auto_snapshot",
                                         "enable_auto_snapshot",
                                         "ever_attached",
                                         "generation"};
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks = {Plain(account)};
  disks[0].tags = {{"k", "v"}};
  world.Put(disks);
  Reading([&](View& view) {
    for (std::size_t number = 0; number < 2 * Connection::kMaxKept; ++number) {
      Query query{.kind = &KindOf<Disk>(), .account = account, .region = std::string(kRegion)};
      for (std::size_t bit = 0; bit < std::size(kFlags); ++bit) {
        if ((number >> bit & 1) != 0)
          query.conditions.push_back(where::Is{kFlags[bit], std::int64_t{0}});
      }
      EXPECT_LE(view.List(query, {.limit = 10}).count, 1);
      EXPECT_EQ(view.Find<Disk>(account, "", disks[0].id), disks[0]);
    }
    return true;
  });
}

TEST(ViewTagsTest, GivenTagsWhenListedPageByPageThenEachOnce) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks;
  for (int i = 0; i < 7; ++i) {
    disks.push_back(Plain(account));
    disks.back().tags = {{"env", i % 2 == 0 ? "prod" : "test"}, {"number", std::to_string(i)}};
  }
  world.Put(disks);
  const auto list = [](const TagListFilter& filter, const TagPosition& after, std::int64_t limit) {
    return Reading([&](View& view) { return view.Tags(filter, after, limit); });
  };
  const TagListFilter all{
      .account = account, .region = std::string(kRegion), .kind = &KindOf<Disk>()};
  TagListFilter prod = all;
  prod.tags = {{"env", "prod"}};
  TagListFilter keyed = all;
  keyed.tags = {{"env", std::nullopt}};
  TagListFilter named = all;
  named.ids = {disks[5].id, disks[0].id, "d-none"};
  const std::vector<std::pair<TagListFilter, std::size_t>> listings = {
      {all, 14}, {prod, 8}, {keyed, 14}, {named, 4}};
  for (const auto& [filter, count] : listings) {
    std::set<std::string> seen;
    TagPosition after;
    for (auto rows = list(filter, after, 3); !rows.empty(); rows = list(filter, after, 3)) {
      for (const auto& row : rows)
        EXPECT_TRUE(seen.insert(row.id + row.position.key + row.value).second);
      after = rows.back().position;
    }
    EXPECT_EQ(seen.size(), count);
  }
  TagListFilter matching = all;
  matching.patterns = {{.pattern = "*nv", .values = {"prod"}}};
  EXPECT_EQ(list(matching, {}, 100).size(), 8U);
  matching.tags = {{"number", "2"}};
  EXPECT_EQ(list(matching, {}, 100).size(), 2U);
}

TEST(ViewTagsTest, GivenTagsWhenCountedThenByKeyAndValue) {
  World& world = World::Instance();
  const std::string account = world.NewAccount();
  std::vector<Disk> disks = {Plain(account), Plain(account)};
  for (auto& disk : disks) disk.tags = {{"env", "prod"}};
  disks[1].tags.push_back({"own", "x"});
  world.Put(disks);
  TagCountFilter filter{.account = account, .region = std::string(kRegion)};
  const auto counts = Reading([&](View& view) { return view.TagCounts(filter, 10, 0); });
  const auto total = [&] { return Reading([&](View& view) { return view.CountTags(filter); }); };
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].of_kind.front(), 2);
  EXPECT_EQ(counts[1].key, "own");
  EXPECT_EQ(total(), 2);
  EXPECT_EQ(Reading([&](View& view) { return view.TagCounts(filter, 10, 1); }).size(), 1U);
  filter.id = disks[0].id;
  EXPECT_EQ(total(), 1);
  filter.kind = &KindOf<Snapshot>();
  EXPECT_EQ(total(), 0);
  filter.kind = nullptr;
  filter.tags = {{"own", std::nullopt}};
  EXPECT_EQ(total(), 0);
}

}  // namespace
}  // namespace cloudapi
