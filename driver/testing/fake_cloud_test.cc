#include "driver/testing/fake_cloud.h"

#include "driver/testing/cloud_contract.h"
#include "driver/testing/fake_clock.h"

namespace driver {
namespace {

class FakeFactory {
 public:
  FakeFactory() {
    cloud_.AddInstance({.id = instance(), .zone = zone(), .type = "ecs.g7.xlarge"});
    cloud_.AddInstance({.id = second_instance(), .zone = zone(), .type = "ecs.g7.xlarge"});
    cloud_.AddInstance(
        {.id = other_zone_instance(), .zone = other_zone(), .type = "ecs.g7.xlarge"});
  }
  Cloud& cloud() { return cloud_; }
  Clock& clock() { return clock_; }
  static std::string zone() { return "cn-hangzhou-b"; }
  static std::string other_zone() { return "cn-hangzhou-d"; }
  static std::string instance() { return "i-b1"; }
  static std::string second_instance() { return "i-b2"; }
  static std::string other_zone_instance() { return "i-d1"; }
  // Nothing completes while the clock stands, and only sleeping moves it.
  static void HoldTransitions(bool) {}

 private:
  FakeClock clock_;
  FakeCloud cloud_{clock_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, CloudContract, FakeFactory);

}  // namespace
}  // namespace driver
