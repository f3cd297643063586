#include "e2e/local/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace e2e {
namespace {

constexpr std::chrono::milliseconds kPause{5};
constexpr std::chrono::seconds kStopLimit{20};

std::vector<char*> Pointers(std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  pointers.reserve(argv.size() + 1);
  for (auto& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The child's side; only async-signal-safe calls.
[[noreturn]] void Become(const std::vector<char*>& argv, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // Its own group: Ctrl-C at a terminal reaches only the one who stops the others in order.
  setpgid(0, 0);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  execvp(argv[0], argv.data());
  _exit(127);
}

pid_t Spawn(std::vector<std::string> argv, int output) {
  const auto pointers = Pointers(argv);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) Become(pointers, output, parent);
  return pid;
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
  pid_ = Spawn(std::move(argv), output);
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
  std::ifstream file(log_);
  file.seekg(static_cast<std::streamoff>(log_start_));
  return {std::istreambuf_iterator<char>(file), {}};
}

void Process::Reap(int wait_status) {
  status_ = ShellStatus(wait_status);
}

CommandResult RunCommand(std::vector<std::string> argv) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {127, "pipe failed"};
  const pid_t pid = Spawn(std::move(argv), ends[1]);
  close(ends[1]);
  CommandResult result;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    result.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  int wait_status = 0;
  waitpid(pid, &wait_status, 0);
  result.status = ShellStatus(wait_status);
  return result;
}

}  // namespace e2e
