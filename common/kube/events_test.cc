#include "common/kube/events.h"

#include <gmock/gmock.h>

#include "common/kube/testing/fake_api.h"

namespace kube {
namespace {

using std::chrono::November;
constexpr std::chrono::system_clock::time_point kTwoOClock =
    std::chrono::sys_days{November / 24 / 2026} + std::chrono::hours(2);

EventReport Refused() {
  return {.about = {.kind = kClaims, .name = "data-0", .name_space = "web"},
          .kind = "PersistentVolumeClaim",
          .uid = "u-1",
          .reason = "FileSystemGrowthRefused",
          .message = "the kernel refuses",
          .component = "zonedisk-csi",
          .host = "b-1",
          .created_at = kTwoOClock};
}

TEST(EventsTest, GivenSameReportTwiceWhenReportedThenOneEventCounted) {
  FakeApi api;
  auto report = Refused();
  ASSERT_TRUE(Report(api, report, kPatience));
  report.created_at = kTwoOClock + std::chrono::seconds(5);
  ASSERT_TRUE(Report(api, report, kPatience));
  const auto events = api.All(kEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["count"], 2);
  EXPECT_EQ(events[0]["firstTimestamp"], "2026-11-24T02:00:00Z");
  EXPECT_EQ(events[0]["lastTimestamp"], "2026-11-24T02:00:05Z");
  EXPECT_EQ(events[0]["involvedObject"]["uid"], "u-1");
  EXPECT_EQ(events[0]["type"], "Warning");
}

TEST(EventsTest, GivenOtherMessageWhenReportedThenAnotherEvent) {
  FakeApi api;
  auto report = Refused();
  ASSERT_TRUE(Report(api, report, kPatience));
  report.message = "another reason";
  ASSERT_TRUE(Report(api, report, kPatience));
  EXPECT_EQ(api.All(kEvents).size(), 2U);
}

TEST(EventsTest, GivenObjectWithoutNamespaceWhenReportedThenInDefault) {
  FakeApi api;
  auto report = Refused();
  report.about = {.kind = kNodes, .name = "b-1"};
  ASSERT_TRUE(Report(api, report, kPatience));
  EXPECT_EQ(TextAt(api.All(kEvents).at(0), "/metadata/namespace"), "default");
}

TEST(EventsTest, GivenLongMessageWhenReportedThenCutBetweenCharacters) {
  FakeApi api;
  auto report = Refused();
  report.message = std::string(1023, 'a') + "üüü";
  ASSERT_TRUE(Report(api, report, kPatience));
  EXPECT_EQ(TextAt(api.All(kEvents).at(0), "/message"), std::string(1023, 'a'));
}

TEST(EventsTest, GivenNoRightWhenReportedThenSaysSo) {
  FakeApi api;
  api.AllowOnly({});
  const auto reported = Report(api, Refused(), kPatience);
  ASSERT_FALSE(reported);
  EXPECT_TRUE(IsForbidden(reported.error()));
}

TEST(EventsTest, GivenOneRightLessWhenReportedAgainThenThatIsMissed) {
  for (const std::string lacking : {"create", "get", "patch"}) {
    FakeApi api;
    ASSERT_TRUE(Report(api, Refused(), kPatience));
    std::vector<std::string> rights;
    for (const std::string verb : {"create", "get", "patch"}) {
      if (verb != lacking) rights.push_back(verb + " events");
    }
    api.AllowOnly(rights);
    const auto reported = Report(api, Refused(), kPatience);
    ASSERT_FALSE(reported) << lacking;
    EXPECT_EQ(reported.error().message, "cannot " + lacking + " events");
  }
}

}  // namespace
}  // namespace kube
