#include "e2e/kubernetes/harness/refusals.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace e2e {
namespace {

std::string Line(std::string_view user, int status, std::string_view decision) {
  return fmt::format(
      R"({{"verb":"get","requestURI":"/api/v1/pods","user":{{"username":"{}"}},)"
      R"("responseStatus":{{"code":{}}},"annotations":{{"authorization.k8s.io/decision":"{}",)"
      R"("authorization.k8s.io/reason":"no rule"}}}})",
      user, status, decision);
}

constexpr char kAgent[] = "system:serviceaccount:zonedisk:zonedisk-agent";

struct RefusalCase {
  std::string name;
  std::string log;
  std::string told;
};

std::ostream& operator<<(std::ostream& out, const RefusalCase& row) {
  return out << row.name;
}

class RefusalsTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalsTest, GivenAuditLogWhenReadThenCallsThatRbacForbadeAreTold) {
  EXPECT_EQ(ForbiddenCalls(GetParam().log), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RefusalsTest,
    testing::Values(RefusalCase{"Empty", "", ""},
                    RefusalCase{"Allowed", Line(kAgent, 200, "allow") + "\n", ""},
                    RefusalCase{"Forbidden",
                                Line(kAgent, 200, "allow") + "\n" + Line(kAgent, 403, "forbid"),
                                "\n  zonedisk:zonedisk-agent may not get /api/v1/pods: no rule"},
                    // Another reason than a missing right.
                    RefusalCase{"NamespaceIsGoing", Line(kAgent, 403, "allow"), ""},
                    RefusalCase{"OfAPerson", Line("admin", 403, "forbid"), ""},
                    RefusalCase{"Cut", "{\"verb\":", "\n  no line of an audit log: {\"verb\":"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace e2e
