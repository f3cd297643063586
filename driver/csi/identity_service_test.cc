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
  EXPECT_EQ(ServicesOf(with),
            (std::vector<PluginService>{Service::CONTROLLER_SERVICE,
                                        Service::VOLUME_ACCESSIBILITY_CONSTRAINTS}));
  IdentityService without({"d", "1"}, FullProfile(), false);
  EXPECT_EQ(ServicesOf(without),
            std::vector<PluginService>{Service::VOLUME_ACCESSIBILITY_CONSTRAINTS});
}

TEST(IdentityServiceTest, GivenReadinessWhenProbedThenSaysSo) {
  IdentityService identity({"d", "1"}, FullProfile(), true);
  csi::v1::ProbeResponse response;
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_TRUE(response.ready().value());
  identity.SetReady(false);
  ASSERT_TRUE(identity.Probe(nullptr, nullptr, &response).ok());
  EXPECT_FALSE(response.ready().value());
}

}  // namespace
}  // namespace driver
