#include "driver/controller/ignored_parameters.h"

#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

class IgnoredParametersServiceTest : public ServiceTest {
 protected:
  IgnoredParametersServiceTest() { cluster_ = &claims_; }

  static csi::v1::CreateVolumeRequest WithClaim(const std::string& name) {
    auto request = CreateRequest(name);
    auto& parameters = *request.mutable_parameters();
    parameters["csi.storage.k8s.io/pvc/namespace"] = "web";
    parameters["csi.storage.k8s.io/pvc/name"] = "data-0";
    return request;
  }

  FakeCluster claims_;
};

TEST_F(IgnoredParametersServiceTest,
       GivenParametersWithoutEffectWhenCreatedThenOneEventOnTheClaim) {
  claims_.AddClaim("web", "data-0", {.uid = "uid-1"});
  auto request = WithClaim("pvc-1");
  (*request.mutable_parameters())["readOnly"] = "false";
  (*request.mutable_parameters())["invented"] = "1";
  ASSERT_TRUE(Create(request).ok());
  ASSERT_TRUE(Create(request).ok()) << "repeated";
  const std::vector<ClaimWarning> expected = {
      {.ns = "web",
       .name = "data-0",
       .uid = "uid-1",
       .reason = "ParameterIgnored",
       .message = "taken without effect: invented is unknown; readOnly has no effect"}};
  EXPECT_EQ(claims_.ClaimWarnings(), expected);
}

TEST_F(IgnoredParametersServiceTest, GivenParametersWithEffectWhenCreatedThenNoEvent) {
  claims_.AddClaim("web", "data-0", {.uid = "uid-1"});
  ASSERT_TRUE(Create(WithClaim("pvc-1")).ok());
  EXPECT_TRUE(claims_.ClaimWarnings().empty());
}

}  // namespace
}  // namespace driver
