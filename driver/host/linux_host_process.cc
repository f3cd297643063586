#include "driver/host/linux_host_process.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>

namespace driver {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kKeptOutput = 4096;
constexpr std::array<std::string_view, 4> kFolders = {"/usr/sbin", "/usr/bin", "/sbin", "/bin"};

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  ~Pipe() {
    if (read_end >= 0) close(read_end);
    if (write_end >= 0) close(write_end);
  }
};

// The child gets a clean signal state and a group of its own, so that ending it ends its children.
HostResult<pid_t> Start(const std::vector<std::string>& words, int output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  // No translations: output is matched.
  std::vector<std::string> variables = {"LC_ALL=C",
                                        fmt::format("PATH={}", fmt::join(kFolders, ":"))};
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) {
    return Fail(HostFault::kFailed,
                fmt::format("{} cannot be started: {}", words[0], std::strerror(error)));
  }
  return child;
}

// Reads until the end of the output. False when the limit passed first.
bool Collect(Clock& clock, int from, Instant until, std::string& output) {
  std::array<char, 4096> chunk{};
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(until - clock.Now());
    if (left <= milliseconds::zero()) return false;
    pollfd waiting{.fd = from, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    const ssize_t count = read(from, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    output.append(chunk.data(), static_cast<std::size_t>(count));
    if (output.size() > kKeptOutput) output.erase(0, output.size() - kKeptOutput);
  }
}

int Reap(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

HostResult<ProgramResult> RunProgram(Clock& clock, const std::vector<std::string>& words,
                                     std::chrono::seconds limit) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Fail(HostFault::kFailed, fmt::format("pipe: {}", std::strerror(errno)));
  }
  Pipe pipe{.read_end = ends[0], .write_end = ends[1]};
  const auto child = Start(words, pipe.write_end);
  if (!child) return Fail(child.error());
  close(pipe.write_end);
  pipe.write_end = -1;

  ProgramResult result;
  const bool ended = Collect(clock, pipe.read_end, clock.Now() + limit, result.output);
  if (!ended) kill(-*child, SIGKILL);
  result.status = Reap(*child);
  if (!ended) {
    return Fail(HostFault::kTimedOut,
                fmt::format("{} ended after {} s", fmt::join(words, " "), limit.count()));
  }
  return result;
}

bool HasProgram(const std::string& name) {
  return std::ranges::any_of(kFolders, [&](std::string_view folder) {
    return access(fmt::format("{}/{}", folder, name).c_str(), X_OK) == 0;
  });
}

std::string Describe(const std::vector<std::string>& words, const ProgramResult& result) {
  std::string output = result.output;
  std::replace(output.begin(), output.end(), '\n', ' ');
  while (!output.empty() && output.back() == ' ') output.pop_back();
  return fmt::format("{}: exit status {}: {}", fmt::join(words, " "), result.status, output);
}

}  // namespace driver
