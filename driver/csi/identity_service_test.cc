#include "driver/csi/identity_service.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

using Service = csi::v1::PluginCapability::Service;

std::vector<PluginService> ServicesOf(IdentityService& identity) {
  csi::v1::GetPluginCapabilitiesResponse response;
  EXPECT_TRUE(identity.GetPluginCapabilities(nullptr, nullptr, &response).ok());
  std::vector<PluginService> services;
  for (const auto& capability : response.capabilities()) {
    if (capability.has_service()) services.push_back(capability.service().type());
  }
  return services;
}

TEST(IdentityServiceTest, GivenNameWhenAskedThenInfo) {
  IdentityService identity({"diskplugin.csi.alibabacloud.com", "1.2.3"}, FullProfile(), true);
  csi::v1::GetPluginInfoResponse response;
  ASSERT_TRUE(identity.GetPluginInfo(nullptr, nullptr, &response).ok());
  EXPECT_EQ(response.name(), "diskplugin.csi.alibabacloud.com");
  EXPECT_EQ(response.vendor_version(), "1.2.3");
}

TEST(IdentityServiceTest, GivenRoleWhenAskedThenServices) {
  IdentityService with({"d", "1"}, FullProfile(), true);
  EXPECT_EQ(ServicesOf(with), (std::vector<PluginService>{Service::CONTROLLER_SERVICE,
                                                          Service::VOLUME_ACCESSIBILITY_CONSTRAINTS,
                                                          Service::GROUP_CONTROLLER_SERVICE}));
  IdentityService ack({"d", "1"}, AckProfile(), true);
  EXPECT_EQ(ServicesOf(ack),
            (std::vector<PluginService>{Service::CONTROLLER_SERVICE,
                                        Service::VOLUME_ACCESSIBILITY_CONSTRAINTS}));
  IdentityService without({"d", "1"}, FullProfile(), false);
  EXPECT_EQ(ServicesOf(without),
            std::vector<PluginService>{Service::VOLUME_ACCESSIBILITY_CONSTRAINTS});
}

TEST(IdentityServiceTest, GivenNeedsWhenProbedThenReadyOrNotOrTheirError) {
  Result<void> needs;
  IdentityService identity({"d", "1"}, FullProfile(), true, [&] { return needs; });
  csi::v1::ProbeResponse response;
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_TRUE(response.ready().value());

  needs = Fail(grpc::StatusCode::UNAVAILABLE, "the cloud is away");
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_FALSE(response.ready().value());
  EXPECT_EQ(identity.Ready().error().message, "the cloud is away");

  needs = Fail(grpc::StatusCode::FAILED_PRECONDITION, "no mkfs.ext4");
  const auto lacking = identity.Probe(nullptr, nullptr, &response);
  EXPECT_EQ(lacking.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(lacking.error_message(), "no mkfs.ext4");

  needs = {};
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_TRUE(response.ready().value());
}

TEST(IdentityServiceTest, GivenStoppingWhenProbedThenNotReady) {
  IdentityService identity({"d", "1"}, FullProfile(), true);
  csi::v1::ProbeResponse response;
  identity.Stop();
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_FALSE(response.ready().value());
}

}  // namespace
}  // namespace driver
