#include "common/base/crash_points.h"

#include <gtest/gtest.h>

#include <array>

namespace base {
namespace {

constexpr std::array<std::string_view, 2> kTable = {"write.before-commit", "jobs.after-row"};

void CrashPoint(CrashName<kTable> name) {
  PassCrashPoint(name.Text());
}

class CrashPointsTest : public testing::Test {
 protected:
  ~CrashPointsTest() override { DisarmCrashPoint(); }
};

const auto kDied = testing::ExitedWithCode(137);

TEST_F(CrashPointsTest, GivenTextOfAnotherFormWhenArmedThenRefusedAndTheOldOneStays) {
  ASSERT_TRUE(ArmCrashPoint(kTable, "jobs.after-row"));
  for (const char* text : {"", "nowhere", "jobs", "jobs.after-row:0", "jobs.after-row:x",
                           "jobs.after-row:", "jobs.after-row@", "jobs.after-row@/"}) {
    EXPECT_FALSE(ArmCrashPoint(kTable, text)) << text;
  }
  EXPECT_EXIT(CrashPoint("jobs.after-row"), kDied, "");
}

TEST_F(CrashPointsTest, GivenACountWhenPassedThenDiesAtThatPassageOfThatPoint) {
  ASSERT_TRUE(ArmCrashPoint(kTable, "jobs.after-row:2"));
  CrashPoint("write.before-commit");
  CrashPoint("jobs.after-row");
  EXPECT_EXIT(CrashPoint("jobs.after-row"), kDied, "crash point jobs.after-row");
}

TEST_F(CrashPointsTest, GivenNothingArmedWhenPassedThenLivesAndScopesSayNothing) {
  ASSERT_TRUE(ArmCrashPoint(kTable, "jobs.after-row"));
  DisarmCrashPoint();
  CrashPoint("jobs.after-row");
  bool asked = false;
  const CrashScope scope([&asked] {
    asked = true;
    return CrashSubjects{};
  });
  EXPECT_FALSE(asked);
}

CrashSubjects Attach() {
  return {{"AttachDisk", ""}, {"AttachDisk", "d-1"}, {"AttachDisk", "i-1"}};
}

TEST_F(CrashPointsTest, GivenAnActionWhenPassedOnBehalfOfOthersThenLivesAndDoesNotCount) {
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit:2@AttachDisk"));
  CrashPoint("write.before-commit");
  {
    const CrashScope other([] { return CrashSubjects{{"DescribeDisks", ""}}; });
    for (int i = 0; i < 3; ++i) CrashPoint("write.before-commit");
  }
  const CrashScope scope(Attach);
  CrashPoint("write.before-commit");
  EXPECT_EXIT(CrashPoint("write.before-commit"), kDied,
              "crash point write.before-commit in AttachDisk");
}

TEST_F(CrashPointsTest, GivenAnObjectWhenPassedThenOnlyTheCallThatNamesItDies) {
  const CrashScope before([] { return CrashSubjects{}; });
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit@AttachDisk/d-2"));
  const CrashScope scope(Attach);
  CrashPoint("write.before-commit");
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit@DetachDisk/d-1"));
  CrashPoint("write.before-commit");
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit@AttachDisk/d-1"));
  EXPECT_EXIT(CrashPoint("write.before-commit"), kDied, "in AttachDisk d-1");
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit@/i-1"));
  EXPECT_EXIT(CrashPoint("write.before-commit"), kDied, "in AttachDisk i-1");
}

TEST_F(CrashPointsTest, GivenNestedScopesWhenOneEndsThenOnlyTheOthersSpeak) {
  ASSERT_TRUE(ArmCrashPoint(kTable, "write.before-commit@AttachDisk/d-1"));
  const CrashScope outer([] { return CrashSubjects{{"step", "d-9"}}; });
  {
    const CrashScope inner(Attach);
    CrashSubjects both = Attach();
    both.push_back({"step", "d-9"});
    EXPECT_EQ(CurrentCrashSubjects(), both);
    EXPECT_EXIT(CrashPoint("write.before-commit"), kDied, "");
  }
  EXPECT_EQ(CurrentCrashSubjects(), (CrashSubjects{{"step", "d-9"}}));
  CrashPoint("write.before-commit");
}

}  // namespace
}  // namespace base
