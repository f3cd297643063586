#include "cloudapi/gateway/quota_book.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

TEST(QuotaBookTest, GivenTextWhenRestoredThenTheSame) {
  QuotaBook book;
  Quotas quotas;
  quotas.Set(Quota::kPostPaidDisks, 5);
  quotas.Set(Quota::kTagsPerResource, std::nullopt);
  book.Set("a", quotas);
  book.Set("b", Quotas());
  EXPECT_EQ(book.Text(), R"({"a":{"PostPaidDisks":5,"TagsPerResource":"off"}})");
  QuotaBook next;
  next.Restore(book.Text());
  EXPECT_EQ(next.Of("a"), quotas);
  EXPECT_EQ(next.Of("b"), Quotas());
  EXPECT_EQ(next.Changed().size(), 1U);
  next.Set("a", Quotas());
  EXPECT_EQ(next.Text(), "{}");
}

TEST(QuotaBookTest, GivenTextThatCannotBeReadWhenRestoredThenDefaults) {
  for (const char* text : {"", "{", "[]", R"({"a":1})", R"({"a":{"Unknown":1}})",
                           R"({"a":{"DiskCapacity":"many"}})"}) {
    QuotaBook book;
    book.Restore(text);
    EXPECT_EQ(book.Of("a"), Quotas()) << text;
  }
}

}  // namespace
}  // namespace cloudapi
