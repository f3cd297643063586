#include "cloudapi/base/cidr.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

TEST(CidrTest, GivenTextsWhenParsedThenOnlyBlocks) {
  EXPECT_EQ(ParseCidr("10.1.0.0/16"), (Cidr{0x0a010000U, 16}));
  EXPECT_EQ(ParseCidr("0.0.0.0/0"), (Cidr{0, 0}));
  for (const char* text : {"10.1.0.1/16", "10.1.0.0", "10.1.0/16", "10.1.0.256/32", "a/8",
                           "10.1.0.0/33", "10.1.0.0/", ""})
    EXPECT_FALSE(ParseCidr(text)) << text;
}

TEST(CidrTest, GivenBlocksWhenComparedThenContainedAndOverlapping) {
  const Cidr wide = ParseCidr("172.16.0.0/12").value();
  const Cidr narrow = ParseCidr("172.16.1.0/24").value();
  EXPECT_TRUE(Contains(wide, narrow));
  EXPECT_FALSE(Contains(narrow, wide));
  EXPECT_TRUE(Overlap(narrow, wide));
  EXPECT_FALSE(Overlap(narrow, ParseCidr("172.16.2.0/24").value()));
}

TEST(CidrTest, GivenBlockWhenHostsAreAskedThenWithoutTheServices) {
  const Cidr block = ParseCidr("172.16.1.0/24").value();
  EXPECT_EQ(UsableHosts(block), 252);
  EXPECT_EQ(AddressText(HostAt(block, 0)), "172.16.1.1");
  EXPECT_EQ(AddressText(HostAt(block, 251)), "172.16.1.252");
  EXPECT_FALSE(IsUsable(block, ParseAddress("172.16.1.0").value()));
  EXPECT_TRUE(IsUsable(block, ParseAddress("172.16.1.252").value()));
  EXPECT_FALSE(IsUsable(block, ParseAddress("172.16.1.253").value()));
  EXPECT_FALSE(IsUsable(block, ParseAddress("172.16.2.1").value()));
}

}  // namespace
}  // namespace cloudapi
