#include "cloudapi/agent/freezer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "cloudapi/agent/testing/fake_file_systems.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

using Names = std::set<std::string>;

class FreezerTest : public testing::Test {
 protected:
  void Start() { freezer_ = std::make_unique<Freezer>(env_, file_systems_, folder_.path()); }
  bool HasRecords() const { return !std::filesystem::is_empty(folder_.path()); }

  TempFolder folder_;
  FakeEnv env_;
  FakeFileSystems file_systems_;
  std::unique_ptr<Freezer> freezer_ =
      std::make_unique<Freezer>(env_, file_systems_, folder_.path());
};

TEST_F(FreezerTest, GivenFreezeWhenAskedNoMoreThenThawedAndHeld) {
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
  EXPECT_EQ(file_systems_.Frozen(), Names{"loop1"});
  EXPECT_EQ(freezer_->FrozenFor("d-1"), 7U);
  EXPECT_EQ(freezer_->HeldFor("d-1"), 0U);
  EXPECT_TRUE(HasRecords());
  freezer_->Thaw("d-1");
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_EQ(freezer_->FrozenFor("d-1"), 0U);
  EXPECT_EQ(freezer_->HeldFor("d-1"), 7U);
  EXPECT_FALSE(HasRecords());
}

TEST_F(FreezerTest, GivenFreezeForTooLongThenThawedAndNeverHeldNorFrozenAgain) {
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
  env_.Advance(kLongestFreeze - std::chrono::milliseconds(1));
  freezer_->ThawOverdue();
  EXPECT_EQ(freezer_->FrozenFor("d-1"), 7U);
  env_.Advance(std::chrono::milliseconds(1));
  freezer_->ThawOverdue();
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_FALSE(HasRecords());
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
  EXPECT_TRUE(file_systems_.Frozen().empty());
  freezer_->Thaw("d-1");
  EXPECT_EQ(freezer_->HeldFor("d-1"), 0U);
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 8));
  EXPECT_EQ(freezer_->FrozenFor("d-1"), 8U);
}

TEST_F(FreezerTest, GivenThawThatComesTooLateThenNotHeld) {
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
  env_.Advance(kLongestFreeze);
  freezer_->Thaw("d-1");
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_EQ(freezer_->HeldFor("d-1"), 0U);
}

TEST_F(FreezerTest, GivenDeviceThatCannotBeFrozenThenAnErrorAndNothingIsLeft) {
  file_systems_.Refuse(true);
  EXPECT_FALSE(freezer_->Freeze("d-1", "loop1", 7));
  EXPECT_FALSE(HasRecords());
  file_systems_.Refuse(false);
  EXPECT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
}

TEST_F(FreezerTest, GivenAnotherSessionThenAllIsThawedAndTicketsBeginAnew) {
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 1));
  freezer_->Thaw("d-1");
  ASSERT_TRUE(freezer_->Freeze("d-2", "loop2", 2));
  freezer_->ThawAll();
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_EQ(freezer_->HeldFor("d-1"), 0U);
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 1));
  EXPECT_EQ(freezer_->FrozenFor("d-1"), 1U);
}

// What a killed process leaves: its record.
TEST_F(FreezerTest, GivenRecordOfAKilledProcessWhenStartedThenItsDeviceIsThawed) {
  freezer_.reset();
  std::ofstream(folder_.path() / ".frozen-loop3").close();
  std::ofstream(folder_.path() / "virtio-1").close();
  Start();
  EXPECT_EQ(file_systems_.Log(), std::vector<std::string>{"thaw loop3"});
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".frozen-loop3"));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "virtio-1"));
}

TEST_F(FreezerTest, GivenFrozenDeviceWhenTheProcessEndsThenThawed) {
  ASSERT_TRUE(freezer_->Freeze("d-1", "loop1", 7));
  freezer_.reset();
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_FALSE(HasRecords());
}

}  // namespace
}  // namespace cloudapi
