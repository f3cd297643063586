#pragma once
// The JSON objects that DescribeDisks, DescribeSnapshots and DescribeInstances answer, built once
// when the object is written. Every member that the API documents is present; what is unset is an
// empty string. Source: ECS API reference, response parameters of these actions.
#include <string>

#include "cloudapi/resources/model.h"

namespace cloudapi {

std::string DiskDocument(const Disk& disk);
std::string SnapshotDocument(const Snapshot& snapshot);
std::string InstanceDocument(const Instance& instance);

}  // namespace cloudapi
