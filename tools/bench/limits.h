#pragma once
// What bounds any server on this machine: measured in the same run as the product.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

namespace zonedisk::bench {

// A bare epoll loop that answers every request with the same bytes: the limit for reads.
class FixedServer {
 public:
  explicit FixedServer(std::string body);
  ~FixedServer();
  FixedServer(const FixedServer&) = delete;
  FixedServer& operator=(const FixedServer&) = delete;
  std::uint16_t Port() const { return port_; }

 private:
  void Serve();
  std::string answer_;
  int listener_ = -1;
  int stop_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// Rows a second of a bare program: `threads` callers, one writer, one SQLite transaction a batch
// with synchronous=FULL, each row a disk of 1 KiB with its token, two tags and a counter: the limit
// for durable creates. `folder` gets one database file.
double GroupCommitRowsPerSecond(const std::filesystem::path& folder, int threads,
                                std::chrono::milliseconds duration);

}  // namespace zonedisk::bench
