#pragma once
// How long a zonedisk-cloud takes to start.
#include <filesystem>
#include <string>
#include <vector>

namespace zonedisk::bench {

// Milliseconds from fork until a signed DescribeDisks is answered.
double StartMillis(const std::filesystem::path& program, const std::filesystem::path& data,
                   const std::vector<std::string>& arguments);

}  // namespace zonedisk::bench
