#pragma once
// The fixture of malformed requests: one cloud with one disk, whose database must not change.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "e2e/harness/world.h"

namespace e2e {

constexpr auto kNameOf = [](const auto& test) { return test.param.name; };

// One cloud for all cases: they must not change it.
class BadInput : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(
        WorldOptions{.folder = folder_->Path(), .cloud = {"--delays", "none"}});
    ASSERT_EQ(world_->StartCloud(), "");
    const auto made =
        Cloud().Call("CreateDisk",
                     {{"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}});
    ASSERT_TRUE(made.Ok()) << made.body;
    disk_ = made.Text("DiskId");
    ASSERT_TRUE(WaitUntil([] { return Cloud().Disk(disk_)->value("Status", "") == "Available"; },
                          std::chrono::seconds(10)));
  }
  static void TearDownTestSuite() {
    world_.reset();
    folder_.reset();
  }

  void SetUp() override {
    database_ = world_->DatabaseBytes();
    ASSERT_FALSE(database_.empty());
  }
  void TearDown() override {
    EXPECT_TRUE(world_->DatabaseBytes() == database_) << "the database changed";
  }

  static const Api& Cloud() { return world_->Cloud(); }

  inline static std::unique_ptr<TempFolder> folder_;
  inline static std::unique_ptr<World> world_;
  inline static std::string disk_;
  std::string database_;
};

}  // namespace e2e
