#include "e2e/harness/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "common/base/files.h"

namespace e2e {
namespace {

constexpr std::chrono::milliseconds kPause{5};
constexpr std::chrono::seconds kStopLimit{20};
// Instead of a descriptor: the one of the parent.
constexpr int kInherited = -1;
// Of a command for which its caller names none: far above what any takes.
constexpr std::chrono::minutes kCommandLimit{10};

std::vector<char*> Pointers(std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (auto& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The child's side; only async-signal-safe calls.
[[noreturn]] void Become(const std::vector<char*>& argv, int input, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // Its own process group: Ctrl-C reaches only the parent, which stops the children in order.
  setpgid(0, 0);
  if (input >= 0) dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(argv[0], argv.data());
  _exit(127);
}

// `input` may be kInherited.
pid_t Spawn(std::vector<std::string> argv, int input, int output) {
  const auto pointers = Pointers(argv);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(pointers, input, output, parent);
  return pid;
}

// A file in memory, at its start; below 0 when it cannot be made.
int InputFile(std::string_view content) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) return file;
  while (!content.empty()) {
    const ssize_t count = write(file, content.data(), content.size());
    if (count <= 0) break;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

// What comes from `from` until its end; false when `end` passes before.
bool ReadAll(int from, std::chrono::steady_clock::time_point end, std::string& text) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd wait{.fd = from, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) == 0) return false;
    const ssize_t count = read(from, buffer.data(), buffer.size());
    if (count <= 0) return true;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

int ShellStatus(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

bool WaitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

Process::Process(std::vector<std::string> argv, std::filesystem::path log) : log_(std::move(log)) {
  const int output = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  log_start_ = std::filesystem::file_size(log_);
  pid_ = Spawn(std::move(argv), kInherited, output);
  close(output);
}

Process::~Process() {
  Kill();
}

std::optional<std::string> Process::WaitForLine(std::string_view text,
                                                std::chrono::milliseconds limit) {
  std::optional<std::string> found;
  WaitUntil(
      [&] {
        const bool running = Running();
        std::istringstream lines(Output());
        for (std::string line; !found && std::getline(lines, line);) {
          // A line without its end may still be growing.
          if (!lines.eof() && line.find(text) != std::string::npos) found = line;
        }
        return found.has_value() || !running;
      },
      limit);
  return found;
}

bool Process::Running() {
  if (status_) return false;
  int wait_status = 0;
  if (waitpid(pid_, &wait_status, WNOHANG) == 0) return true;
  Reap(wait_status);
  return false;
}

std::optional<int> Process::WaitForExit(std::chrono::milliseconds limit) {
  WaitUntil([this] { return !Running(); }, limit);
  return status_;
}

void Process::Kill() {
  if (status_) return;
  kill(pid_, SIGKILL);
  int wait_status = 0;
  waitpid(pid_, &wait_status, 0);
  Reap(wait_status);
}

int Process::Stop() {
  if (Running()) kill(pid_, SIGTERM);
  if (!WaitForExit(kStopLimit)) Kill();
  return *status_;
}

std::string Process::Output() const {
  const std::string text = base::ReadFile(log_).value_or("");
  return text.substr(std::min<std::size_t>(log_start_, text.size()));
}

void Process::Reap(int wait_status) {
  status_ = ShellStatus(wait_status);
}

CommandResult RunCommand(std::vector<std::string> argv) {
  return RunCommand(std::move(argv), {}, kCommandLimit);
}

CommandResult RunCommand(std::vector<std::string> argv, std::string_view input,
                         std::chrono::milliseconds limit) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {127, "pipe failed"};
  const int fed = input.empty() ? kInherited : InputFile(input);
  const pid_t pid = Spawn(std::move(argv), fed, ends[1]);
  close(ends[1]);
  if (fed >= 0) close(fed);
  CommandResult result;
  if (!ReadAll(ends[0], std::chrono::steady_clock::now() + limit, result.output)) {
    kill(pid, SIGKILL);
  }
  close(ends[0]);
  int wait_status = 0;
  waitpid(pid, &wait_status, 0);
  result.status = ShellStatus(wait_status);
  return result;
}

}  // namespace e2e
