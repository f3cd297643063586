#include "driver/cloud/cloud_errors.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

using grpc::StatusCode;

struct CodeCase {
  std::string name;
  std::string ecs_code;
  int http_status;
  StatusCode expected;
};

class RpcCodeTest : public testing::TestWithParam<CodeCase> {};

TEST_P(RpcCodeTest, GivenEcsCodeWhenTranslatedThenRow) {
  const CloudError error{GetParam().ecs_code, GetParam().http_status, "why"};
  EXPECT_EQ(RpcCodeOf(error), GetParam().expected);
  EXPECT_EQ(Translate(error, "do it").code, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RpcCodeTest,
    testing::Values(
        CodeCase{"NoAnswer", std::string(kNoAnswer), 0, StatusCode::UNAVAILABLE},
        CodeCase{"Throttling", "Throttling", 400, StatusCode::UNAVAILABLE},
        CodeCase{"ThrottlingUser", "Throttling.User", 400, StatusCode::UNAVAILABLE},
        CodeCase{"ThrottlingApi", "Throttling.Api", 503, StatusCode::UNAVAILABLE},
        CodeCase{"UnknownServerError", "Strange", 503, StatusCode::UNAVAILABLE},
        CodeCase{"UnknownRefusal", "Strange", 400, StatusCode::INTERNAL},
        CodeCase{"NoCode", "", 403, StatusCode::INTERNAL},
        CodeCase{"BadSignature", "SignatureDoesNotMatch", 400, StatusCode::UNAUTHENTICATED},
        CodeCase{"UnknownKey", "InvalidAccessKeyId.NotFound", 404, StatusCode::UNAUTHENTICATED},
        CodeCase{"Forbidden", "Forbidden.RAM", 403, StatusCode::PERMISSION_DENIED},
        CodeCase{"UnknownDisk", "InvalidDiskId.NotFound", 404, StatusCode::NOT_FOUND},
        CodeCase{"UnknownInstance", "InvalidInstanceId.NotFound", 404, StatusCode::NOT_FOUND},
        CodeCase{"UnknownSnapshot", "InvalidSnapshotId.NotFound", 404, StatusCode::NOT_FOUND},
        CodeCase{"Category", "InvalidDataDiskCategory.NotSupported", 403,
                 StatusCode::RESOURCE_EXHAUSTED},
        CodeCase{"NotOnSale", "Zone.NotOnSale", 403, StatusCode::RESOURCE_EXHAUSTED},
        CodeCase{"Quota", "QuotaExceed.Snapshot", 403, StatusCode::RESOURCE_EXHAUSTED},
        CodeCase{"TooManyTags", "QuotaExceed.Tags", 403, StatusCode::INVALID_ARGUMENT},
        CodeCase{"DiskLimit", "InstanceDiskLimitExceeded", 403, StatusCode::RESOURCE_EXHAUSTED},
        CodeCase{"Zones", "ResourcesNotInSameZone", 403, StatusCode::FAILED_PRECONDITION},
        CodeCase{"NeverAttached", "IncorrectDiskStatus.NeverAttached", 403,
                 StatusCode::FAILED_PRECONDITION},
        CodeCase{"CreatingSnapshot", "IncorrectDiskStatus.CreatingSnapshot", 403,
                 StatusCode::ABORTED},
        CodeCase{"Status", "IncorrectDiskStatus", 403, StatusCode::ABORTED},
        CodeCase{"Instance", "IncorrectInstanceStatus", 400, StatusCode::ABORTED},
        CodeCase{"NotReady", "InvalidSnapshotId.NotReady", 403, StatusCode::ABORTED},
        CodeCase{"Token", "LastTokenProcessing", 403, StatusCode::ABORTED},
        CodeCase{"TokenReused", "IdempotentParameterMismatch", 403, StatusCode::ALREADY_EXISTS},
        CodeCase{"TooLarge", "InvalidDiskSize.TooLarge", 403, StatusCode::OUT_OF_RANGE},
        CodeCase{"Level", "OperationDenied.PerformanceLevelNotMatch", 403,
                 StatusCode::OUT_OF_RANGE},
        CodeCase{"Denied", "OperationDenied", 403, StatusCode::FAILED_PRECONDITION},
        CodeCase{"Tag", "InvalidTagValue.Malformed", 400, StatusCode::INVALID_ARGUMENT},
        CodeCase{"Bursting", "BurstingEnabledForDiskCategoryUnsupported", 400,
                 StatusCode::INVALID_ARGUMENT}),
    [](const auto& tested) { return tested.param.name; });

TEST(CloudErrorsTest, GivenCodesWhenAskedThenRemedies) {
  EXPECT_TRUE(IsPlacementRefusal({"InvalidDataDiskCategory.ValueNotSupported", 403, ""}));
  EXPECT_TRUE(IsPlacementRefusal({"InvalidDiskSize.NotSupported", 403, ""}));
  EXPECT_FALSE(IsPlacementRefusal({"InvalidDiskSize.TooSmall", 403, ""}));
  EXPECT_FALSE(IsPlacementRefusal({"QuotaExceed.PostPaidDisk", 403, ""}));
  EXPECT_TRUE(IsTransient({"IncorrectDiskStatus.Initializing", 403, ""}));
  EXPECT_FALSE(IsTransient({"IncorrectDiskStatus.NeverAttached", 403, ""}));
  EXPECT_TRUE(IsThrottling({"Throttling.User", 400, ""}));
  EXPECT_FALSE(IsThrottling({std::string(kNoAnswer), 0, ""}));
}

TEST(RpcCodeOfTest, GivenASizeTheActionTakesNowhereWhenTranslatedThenOutOfRange) {
  const auto code = [](const char* message) {
    return RpcCodeOf({"InvalidParameter", 400, message});
  };
  EXPECT_EQ(code("The parameter NewSize is greater than 65536."), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(code("The parameter Size is greater than 65536."), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(code("The parameter PageSize is greater than 100."), StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace driver
