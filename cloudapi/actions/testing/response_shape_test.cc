#include "cloudapi/actions/testing/response_shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "cloudapi/actions/action.h"

namespace cloudapi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ResponseShapeTest, GivenAnswersWhenComparedThenWhatIsWrongIsNamed) {
  EXPECT_THAT(ShapeProblems("CreateDisk", R"("DiskId":"d-1")"), IsEmpty());
  EXPECT_THAT(ShapeProblems("CreateDisk", ""), ElementsAre("DiskId is missing"));
  EXPECT_THAT(ShapeProblems("CreateDisk", R"("DiskId":1)"),
              ElementsAre("DiskId is a number, not a string"));
  EXPECT_THAT(ShapeProblems("CreateDisk", R"("DiskId":"d-1","Colour":"red")"),
              ElementsAre("Colour is no member"));
  EXPECT_THAT(ShapeProblems("DeleteDisk", ""), IsEmpty());
  EXPECT_THAT(ShapeProblems("RunInstances", R"("InstanceIdSets":{"InstanceIdSet":["i-1"]})"),
              IsEmpty());
  EXPECT_THAT(ShapeProblems("RunInstances", R"("InstanceIdSets":{"InstanceIdSet":[1]})"),
              ElementsAre("InstanceIdSets.InstanceIdSet[] is a number, not a string"));
  EXPECT_THAT(
      ShapeProblems("DescribeRegions",
                    R"("Regions":{"Region":[{"LocalName":"","RegionEndpoint":"","RegionId":""}]})"),
      ElementsAre("Regions.Region[].Status is missing"));
}

// The first column of a table.
std::set<std::string> ActionsIn(const std::string& table) {
  std::ifstream stream(ZONEDISK_SOURCE "/cloudapi/actions/" + table);
  std::set<std::string> actions;
  for (std::string line; std::getline(stream, line);)
    actions.insert(line.substr(0, line.find('\t')));
  return actions;
}

// Those of other_parameters.tsv have none: their answers are the ones that the Terraform walk
// checks.
TEST(ResponseShapeTest, GivenTablesWhenReadThenEveryActionOfTheVendorsHasRows) {
  const std::set<std::string> described = ActionsIn("responses.tsv");
  for (const std::string& action : ActionsIn("testing/vendor_parameters.tsv"))
    EXPECT_TRUE(described.contains(action)) << action;
}

}  // namespace
}  // namespace cloudapi
