#include "common/kube/api.h"

#include <gmock/gmock.h>

#include "common/kube/testing/fake_api.h"

namespace kube {
namespace {

TEST(PathTest, GivenObjectsWhenNamedThenTheirPaths) {
  EXPECT_EQ(*PathOf(Ref{.kind = kNodes, .name = "b-1"}), "/api/v1/nodes/b-1");
  EXPECT_EQ(*PathOf(Ref{.kind = kClaims, .name = "data-0", .name_space = "web"}),
            "/api/v1/namespaces/web/persistentvolumeclaims/data-0");
  EXPECT_EQ(*PathOf(Ref{.kind = {"storage.k8s.io/v1", "csinodes"}, .name = "b-1"}),
            "/apis/storage.k8s.io/v1/csinodes/b-1");
  EXPECT_EQ(*PathOf(Ref{.kind = kEvents, .name_space = "default"}),
            "/api/v1/namespaces/default/events");
}

TEST(PathTest, GivenWhatCannotBeInAPathWhenNamedThenRefused) {
  for (const auto* name : {"..", ".", "a/b", "a?b", "a b", "a%2fb", "\n"}) {
    const auto path = PathOf(Ref{.kind = kNodes, .name = name});
    ASSERT_FALSE(path) << name;
    EXPECT_EQ(path.error().http_status, 400) << name;
    EXPECT_FALSE(PathOf(Ref{.kind = kClaims, .name = "a", .name_space = name})) << name;
  }
  EXPECT_FALSE(PathOf(Ref{.kind = kClaims, .name = "a"}));
  EXPECT_FALSE(PathOf(Ref{.kind = kNodes, .name = "a", .name_space = "b"}));
}

TEST(PathTest, GivenListWhenNamedThenQueryIsEncoded) {
  EXPECT_EQ(
      *PathOf(ListQuery{.kind = kNodes,
                        .label_selector = "example.com/rack=r 1,a",
                        .limit = 2,
                        .continue_token = "x+/="}),
      "/api/v1/nodes?limit=2&labelSelector=example.com%2Frack%3Dr%201%2Ca&continue=x%2B%2F%3D");
  EXPECT_EQ(*PathOf(ListQuery{.kind = kClaims}), "/api/v1/persistentvolumeclaims?limit=500");
  EXPECT_EQ(*PathOf(ListQuery{.kind = kLeases, .name = "a-b"}),
            "/apis/coordination.k8s.io/v1/leases?limit=500&fieldSelector=metadata.name%3Da-b");
  EXPECT_EQ(*PathOf(ListQuery{.kind = kClaims, .name_space = "web"}),
            "/api/v1/namespaces/web/persistentvolumeclaims?limit=500");
}

TEST(FieldsTest, GivenObjectWhenReadThenTextsAndPairsOnly) {
  const auto object =
      Json::parse(R"({"metadata":{"labels":{"b":"2","a":"1","n":3},"annotations":null},
                      "spec":{"claimRef":{"name":"data"},"n":1}})");
  EXPECT_EQ(PairsIn(object, "labels"),
            (std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}}));
  EXPECT_TRUE(PairsIn(object, "annotations").empty());
  EXPECT_TRUE(PairsIn(Json::array(), "labels").empty());
  EXPECT_EQ(TextAt(object, "/spec/claimRef/name"), "data");
  EXPECT_EQ(TextAt(object, "/spec/n"), "");
  EXPECT_EQ(TextAt(object, "/spec/claimRef/uid"), "");
}

// Two nodes a page, and whatever happens between the pages.
class PagedApi : public FakeApi {
 public:
  explicit PagedApi(int expiries) : expiries_(expiries) {
    for (const auto* name : {"a", "b", "c", "d", "e"}) Put(kNodes, MakeObject("Node", name));
  }
  Result<Page> List(const ListQuery& query, Patience patience) override {
    if (!query.continue_token.empty() && expiries_-- > 0) ExpireLists();
    return FakeApi::List(query, patience);
  }

 private:
  int expiries_;
};

TEST(ListAllTest, GivenSeveralPagesWhenListedThenEveryObjectOnce) {
  PagedApi api(0);
  const auto all = ListAll(api, {.kind = kNodes, .limit = 2}, kPatience);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 5U);
  EXPECT_EQ(api.Calls().size(), 3U);
}

TEST(ListAllTest, GivenExpiredPageWhenListedThenBeginsAnewOnce) {
  PagedApi once(1);
  const auto all = ListAll(once, {.kind = kNodes, .limit = 2}, kPatience);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->size(), 5U);
  PagedApi always(100);
  const auto refused = ListAll(always, {.kind = kNodes, .limit = 2}, kPatience);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(IsExpired(refused.error()));
}

}  // namespace
}  // namespace kube
