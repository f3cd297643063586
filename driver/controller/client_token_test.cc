#include "driver/controller/client_token.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

// The repeated digits of the published vector, cut at `size`.
std::string Digits(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "0123456789";
  return text.substr(0, size);
}

TEST(ClientTokenTest, GivenShortAsciiNameWhenTokenThenPlain) {
  EXPECT_EQ(ClientToken("pvc-1"), "n:pvc-1");
  EXPECT_EQ(ClientToken(Digits(62)), "n:" + Digits(62));
}

TEST(ClientTokenTest, GivenLongNameWhenTokenThenUpstreamsHash) {
  EXPECT_EQ(ClientToken(Digits(63)), "h:NDeYXVDChDCom5xYgHLVQA");
}

TEST(ClientTokenTest, GivenNonAsciiNameWhenTokenThenHashOfPrintableCharacters) {
  const auto token = ClientToken("数据盘");
  EXPECT_EQ(token.size(), 24U);
  EXPECT_TRUE(token.starts_with("h:"));
}

TEST(TokenChainTest, GivenDeletedIdsWhenPassedThenNewAndRepeatable) {
  TokenChain first("pvc-1");
  EXPECT_EQ(first.Token(), "n:pvc-1");
  first.PassDeleted("d-1");
  EXPECT_EQ(first.Token(), HashedClientToken("pvc-1#d-1"));
  first.PassMismatch();
  TokenChain second("pvc-1");
  second.PassDeleted("d-1");
  EXPECT_NE(first.Token(), second.Token());
  second.PassMismatch();
  EXPECT_EQ(first.Token(), second.Token());
}

}  // namespace
}  // namespace driver
