#pragma once
// A zonedisk-cloud of its own for a measurement.
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace zonedisk::bench {

// Starts `program` with a data folder and stops it by SIGTERM when it goes, or when the benchmark
// gives up. One at a time.
class CloudProcess {
 public:
  CloudProcess(const std::filesystem::path& program, const std::filesystem::path& data_dir,
               const std::vector<std::string>& arguments);
  ~CloudProcess();
  CloudProcess(const CloudProcess&) = delete;
  CloudProcess& operator=(const CloudProcess&) = delete;
  std::uint16_t Port() const { return port_; }
  std::chrono::steady_clock::time_point Forked() const { return forked_; }
  // User and system time so far.
  double CpuSeconds() const;
  // Anonymous resident memory.
  double RssAnonMiB() const;

 private:
  pid_t pid_ = -1;
  int out_ = -1;  // what it prints: read all the time, or it would block one day
  std::thread reader_;
  std::uint16_t port_ = 0;
  std::chrono::steady_clock::time_point forked_;
};

// Milliseconds that starting and ending /bin/true takes.
double TrueProcessMillis();

}  // namespace zonedisk::bench
