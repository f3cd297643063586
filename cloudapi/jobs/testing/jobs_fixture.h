#pragma once
// What every test of the jobs begins with.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cloudapi/jobs/testing/jobs_world.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {

class JobsTest : public testing::Test {
 protected:
  // d-1 with "bytes" in its image, Available.
  void MakeDisk(const std::string& category = "cloud_efficiency", bool multi_attach = false) {
    world_->CreateDisk("d-1", "", category, multi_attach);
    ASSERT_TRUE(world_->Settle().settled);
    world_->WriteImage(world_->Image("d-1", 0), "bytes");
  }
  void AttachTo(const std::string& instance, bool has_agent) {
    world_->PutInstance(instance, has_agent);
    if (has_agent) Report(instance, Presence::kPresent);
    world_->Attach("d-1", instance);
    ASSERT_TRUE(world_->Settle().settled);
    ASSERT_EQ(world_->Status("d-1"), DiskStatus::kInUse);
  }
  // What the agent of the instance says of d-1.
  void Report(const std::string& instance, Presence presence, std::int64_t bytes = 0) {
    world_->agents.Report(instance, world_->Id("d-1"), presence, bytes);
  }

  TempFolder folder_;
  std::unique_ptr<JobsWorld> world_ = std::make_unique<JobsWorld>(folder_.path());
};

}  // namespace cloudapi
