#pragma once
// One child process whose output goes to a file.
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

// Polls until `condition` holds. Returns false when `limit` passes first.
bool WaitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit);

// Not thread-safe. The destructor kills and reaps; the child also dies with the thread that started
// it, so that nothing outlives a killed test.
class Process {
 public:
  // `log` is appended to, so that it has every start of the same program.
  Process(std::vector<std::string> argv, std::filesystem::path log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Returns the first line of this start that contains `text`; nullopt when the process ends or
  // `limit` passes before.
  std::optional<std::string> WaitForLine(std::string_view text, std::chrono::milliseconds limit);
  bool Running();
  // Returns the exit status as a shell counts it (137 after SIGKILL); nullopt when it still runs at
  // `limit`.
  std::optional<int> WaitForExit(std::chrono::milliseconds limit);
  void Kill();                 // SIGKILL, reaped
  int Stop();                  // SIGTERM, after 20 s SIGKILL; the exit status
  std::string Output() const;  // of this start
  pid_t Pid() const { return pid_; }

 private:
  void Reap(int wait_status);

  std::filesystem::path log_;
  std::uintmax_t log_start_ = 0;
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// What a command printed to either stream, and its exit status.
struct CommandResult {
  int status = 0;
  std::string output;
  bool Ok() const { return status == 0; }
};
// Runs a command to its end, no shell involved.
CommandResult RunCommand(std::vector<std::string> argv);
// With `input` on its standard input. After `limit` it is killed: status 137, as in a shell.
CommandResult RunCommand(std::vector<std::string> argv, std::string_view input,
                         std::chrono::milliseconds limit);

}  // namespace e2e
