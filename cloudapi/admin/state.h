#pragma once
// All that the cloud has, of every account, and whether its parts agree: rows, images, devices.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/store/view.h"

namespace cloudapi {

// A device that an agent reported.
struct HeldDevice {
  std::string account;
  std::string instance;
  std::string disk;
  std::int64_t generation = 0;
  bool linked = false;  // usable on its node
};

// What there is beside the rows.
struct Inventory {
  bool real = true;                 // --blocks=real
  std::vector<std::string> images;  // files of disks and snapshots, halves of copies too
  std::vector<HeldDevice> devices;  // as last reported, also by agents that are silent now
  std::set<std::pair<std::string, std::string>> reporting;  // account and instance of such reports
};

struct CloudState {
  std::vector<Disk> disks;
  std::vector<Snapshot> snapshots;
  std::vector<Instance> instances;
  std::vector<Job> jobs;
  Inventory inventory;
};

// Whether nothing is under way, and every agent whose instance has disks attached has reported
// since the cloud was started; only then the answer of FindDisagreements counts. What waits for a
// date (the end of a snapshot's retention) is not under way.
bool IsSettled(const CloudState& state);
// One line for each thing that another does not know: images without row, rows without image,
// devices without attachment, attachments without device.
std::vector<std::string> FindDisagreements(const CloudState& state);

}  // namespace cloudapi
