#include "common/kube/testing/fake_api.h"

#include "common/kube/testing/api_contract.h"

namespace kube {
namespace {

class FakeFixture : public testing::Test {
 protected:
  Api& api() { return objects_; }
  FakeApi objects_;
};

using Fixtures = testing::Types<FakeFixture>;
INSTANTIATE_TYPED_TEST_SUITE_P(Fake, ApiContract, Fixtures);

TEST(FakeApiTest, GivenScriptedFailureWhenCalledThenOnceAndConsumed) {
  FakeApi api;
  api.Put(kNodes, MakeObject("Node", "b-1"));
  api.Script({"get", "nodes", {503, "ServiceUnavailable", "etcd is down"}});
  EXPECT_EQ(api.Unused(), std::vector<std::string>{"get nodes"});
  const Ref ref{.kind = kNodes, .name = "b-1"};
  EXPECT_EQ(api.Get(ref, kPatience).error().http_status, 503);
  EXPECT_TRUE(api.Get(ref, kPatience));
  EXPECT_TRUE(api.Unused().empty());
}

TEST(FakeApiTest, GivenStaleVersionWhenPatchedThenConflict) {
  FakeApi api;
  api.Put(kNodes, MakeObject("Node", "b-1"));
  const auto patched =
      api.Patch({.kind = kNodes, .name = "b-1"}, PatchKind::kMerge,
                {{"metadata", {{"resourceVersion", "77"}, {"labels", {{"a", "b"}}}}}}, kPatience);
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().reason, "Conflict");
}

}  // namespace
}  // namespace kube
