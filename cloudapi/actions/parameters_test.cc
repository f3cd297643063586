#include "cloudapi/actions/parameters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "cloudapi/actions/action.h"

namespace cloudapi {
namespace {

constexpr std::string_view kFolder = ZONEDISK_SOURCE "/cloudapi/actions/";

// The first four columns of each line: action, parameter, type, required.
std::set<std::string> VendorColumns(const std::string& file) {
  std::ifstream stream(std::string(kFolder) + file);
  std::set<std::string> rows;
  for (std::string line; std::getline(stream, line);) {
    std::size_t end = 0;
    for (int column = 0; column < 4 && end != std::string::npos; ++column)
      end = line.find('\t', end + (column == 0 ? 0 : 1));
    rows.insert(line.substr(0, end));
  }
  return rows;
}

TEST(ParametersTest, GivenTableWhenComparedWithTheVendorsMetadataThenTheSameRows) {
  const auto ours = VendorColumns("parameters.tsv");
  const auto vendors = VendorColumns("testing/vendor_parameters.tsv");
  EXPECT_GT(vendors.size(), 700U);
  EXPECT_EQ(ours, vendors);
}

TEST(ParametersTest, GivenBuiltInTableWhenParsedThenEveryAction) {
  EXPECT_EQ(BuiltInParameters().size(), 75U + 57U) << "with those of other_parameters.tsv";
  const ParameterSet& create = BuiltInParameters().at("createdisk");
  const Parameter& size = create.Rows()[create.IndexOf("Size")];
  EXPECT_EQ(size.type, ParameterType::kInteger);
  EXPECT_EQ(size.min, 1);
  const Parameter& tag = create.Rows()[create.IndexOf("Tag")];
  EXPECT_EQ(tag.invalid.status, 403);
  ASSERT_EQ(tag.members.size(), 1U);
  EXPECT_TRUE(tag.members.front().Declares("Value"));
  const ParameterSet& regions = BuiltInParameters().at("DescribeRegions");
  EXPECT_EQ(regions.Rows()[regions.IndexOf("AcceptLanguage")].words,
            (std::vector<std::string>{"zh-CN", "en-US", "ja"}));
  // Numbered names of the vendor are one list.
  const ParameterSet& disks = BuiltInParameters().at("DescribeDisks");
  EXPECT_TRUE(disks.Rows()[disks.IndexOf("Filter")].members.front().Declares("Key"));
  EXPECT_TRUE(BuiltInParameters().at("RunInstances").Declares("SystemDisk.Size"));
}

// A refusal that the table leaves to the action needs a reason: only RegionId has one, since ids
// may decide the region.
TEST(ParametersTest, GivenRequiredParameterWhenNotRefusedByTheTableThenItIsTheRegion) {
  for (const auto& [action, parameters] : BuiltInParameters())
    for (const Parameter& row : parameters.Rows())
      EXPECT_TRUE(!row.required || row.missing.status != 0 || row.name == "RegionId")
          << action << ' ' << row.name;
}

using ParametersDeathTest = testing::Test;

TEST_F(ParametersDeathTest, GivenTextThatIsNoTableWhenParsedThenEndsWithTheWord) {
  EXPECT_DEATH(ParseParameters("heading\nDo\tId\tText\tno\n"), "Text");
  EXPECT_DEATH(ParseParameters("heading\nDo\tId\tString\tno\t\t\t\t400\n"), "400");
}

}  // namespace
}  // namespace cloudapi
