// The suite that the driver's fake cloud passes, against the driver's client and the real server.
#include "driver/base/system_env.h"
#include "driver/cloud/http_cloud.h"
#include "driver/testing/cloud_contract.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

// A server with three virtual instances, one for each test.
class RealCloud {
 public:
  RealCloud() {
    if (const auto started = world_.StartCloud(); !started) {
      ADD_FAILURE() << started.error();
      std::abort();  // every test needs it
    }
    here_ = world_.Cloud().Lab("instances", {{"ZoneId", zone()}}).Text("InstanceId");
    beside_ = world_.Cloud().Lab("instances", {{"ZoneId", zone()}}).Text("InstanceId");
    there_ = world_.Cloud().Lab("instances", {{"ZoneId", other_zone()}}).Text("InstanceId");
    cloud_ = driver::MakeHttpCloud({.endpoint = world_.Cloud().Endpoint()}, clock_);
  }

  driver::Cloud& cloud() { return *cloud_; }
  driver::Clock& clock() { return clock_; }
  std::string zone() const { return "cn-hangzhou-b"; }
  std::string other_zone() const { return "cn-hangzhou-e"; }
  std::string instance() const { return here_; }
  std::string second_instance() const { return beside_; }
  std::string other_zone_instance() const { return there_; }
  void HoldTransitions(bool held) {
    EXPECT_TRUE(world_.Cloud().Lab("clock", {{"mode", held ? "frozen" : "real"}}).Ok());
  }

 private:
  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  driver::SystemClock clock_;
  std::unique_ptr<driver::Cloud> cloud_;
  std::string here_;
  std::string beside_;
  std::string there_;
};

}  // namespace
}  // namespace e2e

namespace driver {
INSTANTIATE_TYPED_TEST_SUITE_P(Real, CloudContract, e2e::RealCloud);
}  // namespace driver
