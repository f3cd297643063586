#pragma once
// What every Api does, with the objects in a FakeApi behind it: the fake itself and the client over
// HTTPS answer alike.
#include <gmock/gmock.h>

#include "common/kube/testing/fake_api.h"

namespace kube {

inline Json ClaimWithAnnotation() {
  auto claim = MakeObject("PersistentVolumeClaim", "data-0", "web");
  claim["metadata"]["annotations"]["a.example/key"] = "ü \"quoted\"";
  return claim;
}

// `Fixture` offers api() and the FakeApi objects_.
template <class Fixture>
class ApiContract : public Fixture {};
TYPED_TEST_SUITE_P(ApiContract);

TYPED_TEST_P(ApiContract, GivenObjectWhenReadThenIt) {
  this->objects_.Put(kClaims, ClaimWithAnnotation());
  const auto got =
      this->api().Get({.kind = kClaims, .name = "data-0", .name_space = "web"}, kPatience);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(TextAt(*got, "/metadata/annotations/a.example~1key"), "ü \"quoted\"");
}

TYPED_TEST_P(ApiContract, GivenNothingWhenReadOrPatchedThenNotFound) {
  const Ref ref{.kind = kNodes, .name = "b-1"};
  const auto got = this->api().Get(ref, kPatience);
  ASSERT_FALSE(got);
  EXPECT_TRUE(IsNotFound(got.error()));
  EXPECT_EQ(got.error().reason, "NotFound");
  EXPECT_EQ(got.error().message, "nodes \"b-1\" not found");
  EXPECT_FALSE(this->api().Patch(ref, PatchKind::kMerge, Json::object(), kPatience));
}

TYPED_TEST_P(ApiContract, GivenNodesWhenListedThenSelectedInPagesAndBare) {
  for (const auto* name : {"a", "b", "c"}) {
    auto node = MakeObject("Node", name);
    node["metadata"]["labels"] = {{"example.com/rack", name[0] == 'b' ? "r 2" : "r1"}};
    node["metadata"]["labels"]["example.com/rack"] = name[0] == 'b' ? "r2" : "r1";
    node["status"]["images"] = "many";
    this->objects_.Put(kNodes, node);
  }
  ListQuery query{.kind = kNodes, .label_selector = "example.com/rack=r1", .limit = 1};
  auto page = this->api().List(query, kPatience);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(TextAt(page->items[0], "/metadata/name"), "a");
  EXPECT_EQ(TextAt(page->items[0], "/status/images"), "many");
  ASSERT_FALSE(page->continue_token.empty());
  query.continue_token = page->continue_token;
  query.metadata_only = true;
  page = this->api().List(query, kPatience);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(TextAt(page->items[0], "/metadata/name"), "c");
  EXPECT_FALSE(page->items[0].contains("status"));
  EXPECT_EQ(page->continue_token, "");
  query = {.kind = kPersistentVolumes};
  page = this->api().List(query, kPatience);
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->items.empty());
}

TYPED_TEST_P(ApiContract, GivenNamesakesWhenListedByNameThenThoseOfEveryNamespace) {
  for (const auto* place : {"shop", "web"}) {
    for (const auto* name : {"data-0", "data-1"}) {
      this->objects_.Put(kClaims, MakeObject("PersistentVolumeClaim", name, place));
    }
  }
  const auto page = this->api().List({.kind = kClaims, .name = "data-1"}, kPatience);
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(TextAt(page->items[0], "/metadata/namespace"), "shop");
  EXPECT_EQ(TextAt(page->items[1], "/metadata/name"), "data-1");
}

TYPED_TEST_P(ApiContract, GivenObjectWhenPatchedThenEveryKindOfPatchApplies) {
  const Ref ref{.kind = kPersistentVolumes, .name = "pv"};
  this->objects_.Put(kPersistentVolumes, MakeObject("PersistentVolume", "pv"));
  auto patched = this->api().Patch(
      ref, PatchKind::kMerge, {{"metadata", {{"labels", {{"a", "1"}, {"b", "2"}}}}}}, kPatience);
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_EQ(TextAt(*patched, "/metadata/labels/a"), "1");
  patched = this->api().Patch(ref, PatchKind::kStrategic,
                              {{"metadata", {{"labels", {{"a", nullptr}}}}}}, kPatience);
  ASSERT_TRUE(patched) << patched.error().message;
  const auto removal = Json::parse(R"([{"op":"remove","path":"/metadata/labels/b"}])");
  patched = this->api().Patch(ref, PatchKind::kJson, removal, kPatience);
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_TRUE(PairsIn(this->objects_.All(kPersistentVolumes).at(0), "labels").empty());
}

TYPED_TEST_P(ApiContract, GivenBadLabelWhenPatchedThenInvalidAndUnchanged) {
  this->objects_.Put(kPersistentVolumes, MakeObject("PersistentVolume", "pv"));
  const auto patched =
      this->api().Patch({.kind = kPersistentVolumes, .name = "pv"}, PatchKind::kMerge,
                        {{"metadata", {{"labels", {{"a", "not a value"}}}}}}, kPatience);
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().http_status, 422);
  EXPECT_EQ(patched.error().reason, "Invalid");
  EXPECT_TRUE(PairsIn(this->objects_.All(kPersistentVolumes).at(0), "labels").empty());
}

TYPED_TEST_P(ApiContract, GivenNewObjectWhenCreatedTwiceThenAlreadyExists) {
  const Ref place{.kind = kClaims, .name_space = "web"};
  const auto claim = ClaimWithAnnotation();
  const auto created = this->api().Create(place, claim, kPatience);
  ASSERT_TRUE(created) << created.error().message;
  EXPECT_NE(TextAt(*created, "/metadata/uid"), "");
  const auto again = this->api().Create(place, claim, kPatience);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().http_status, 409);
  EXPECT_EQ(again.error().reason, "AlreadyExists");
}

TYPED_TEST_P(ApiContract, GivenNoRightWhenCalledThenForbidden) {
  this->objects_.AllowOnly({"get nodes"});
  const auto listed = this->api().List({.kind = kNodes}, kPatience);
  ASSERT_FALSE(listed);
  EXPECT_TRUE(IsForbidden(listed.error()));
}

REGISTER_TYPED_TEST_SUITE_P(ApiContract, GivenObjectWhenReadThenIt,
                            GivenNothingWhenReadOrPatchedThenNotFound,
                            GivenNodesWhenListedThenSelectedInPagesAndBare,
                            GivenNamesakesWhenListedByNameThenThoseOfEveryNamespace,
                            GivenObjectWhenPatchedThenEveryKindOfPatchApplies,
                            GivenBadLabelWhenPatchedThenInvalidAndUnchanged,
                            GivenNewObjectWhenCreatedTwiceThenAlreadyExists,
                            GivenNoRightWhenCalledThenForbidden);

}  // namespace kube
