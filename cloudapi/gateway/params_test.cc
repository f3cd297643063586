#include "cloudapi/base/params.h"

#include <gtest/gtest.h>

#include "cloudapi/http/http.h"

namespace cloudapi {
namespace {

TEST(DecodeTest, GivenQueryWhenDecodedThenFirstValueOfANameStays) {
  Params params;
  DecodeQuery("a=1%2B+2&b&A=3&%zz=4&&c==", params);
  EXPECT_EQ(params.All(), (Params::Map{{"a", "1+ 2"}, {"b", ""}, {"%zz", "4"}, {"c", "="}}));
}

TEST(DecodeTest, GivenNameInTwoCasesWhenDecodedThenTheFirstCountsAndTheOtherIsKept) {
  Params params;
  DecodeQuery("regionId=a&RegionId=b&regionid=c&RegionId=d&regionId=e", params);
  EXPECT_EQ(params.StringOr("REGIONID", ""), "a");
  EXPECT_EQ(params.All().size(), 1U);
  EXPECT_EQ(params.OtherSpellings(),
            (std::map<std::string, std::string>{{"RegionId", "b"}, {"regionid", "c"}}));
}

TEST(ParamsTest, GivenListsWithGapsWhenReadThenInNumericOrder) {
  const Params params({{"Id.10", "c"},
                       {"id.2", "b"},
                       {"Id.1", "a"},
                       {"Id.3", ""},
                       {"Id.0", "x"},
                       {"Id.x", "x"},
                       {"Tag.2.value", "v"},
                       {"Tag.2.Key", "k"},
                       {"Tags.1", "x"}});
  EXPECT_EQ(params.List("Id"), (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_EQ(params.Structs("Tag").size(), 1u);
  EXPECT_EQ(params.Structs("Tag")[0].find("VALUE")->second, "v");
}

}  // namespace
}  // namespace cloudapi
