#include "tools/bench/server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <future>
#include <string_view>
#include <utility>

extern char** environ;

namespace zonedisk::bench {
namespace {

// The cloud that exit() would leave behind.
pid_t running = -1;

void StopRunning() {
  if (running > 0) kill(running, SIGTERM);
}

pid_t Spawn(const std::string& program, const std::vector<std::string>& arguments,
            posix_spawn_file_actions_t* actions) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  if (posix_spawn(&pid, program.c_str(), actions, nullptr, argv.data(), environ) != 0) {
    std::fprintf(stderr, "cannot start %s\n", program.c_str());
    std::exit(1);
  }
  return pid;
}

constexpr std::string_view kListening = "listening on http://";

// The port in "… listening on http://HOST:PORT …", 0 for another line.
std::uint16_t PortIn(std::string_view line) {
  const auto at = line.find(kListening);
  if (at == std::string_view::npos) return 0;
  const auto colon = line.find(':', at + kListening.size());
  if (colon == std::string_view::npos) return 0;
  return static_cast<std::uint16_t>(std::strtoul(line.data() + colon + 1, nullptr, 10));
}

// Copies what the cloud prints into `log` until it ends; its port goes to `port` once, 0 if it ends
// without naming one.
void ReadOutput(int fd, const std::filesystem::path& log, std::promise<std::uint16_t> port) {
  std::ofstream file(log);
  std::string line;
  bool told = false;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(fd, buffer.data(), buffer.size())) > 0;) {
    file.write(buffer.data(), n);
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(n))) {
      if (told) break;
      line += c;
      if (c != '\n') continue;
      const std::uint16_t found = PortIn(line);
      line.clear();
      if (found == 0) continue;
      port.set_value(found);
      told = true;
    }
  }
  if (!told) port.set_value(0);
}

}  // namespace

CloudProcess::CloudProcess(const std::filesystem::path& program,
                           const std::filesystem::path& data_dir,
                           const std::vector<std::string>& arguments) {
  static const int registered = std::atexit(StopRunning);
  static_cast<void>(registered);
  std::filesystem::create_directories(data_dir);
  std::array<int, 2> out{};
  if (pipe2(out.data(), O_CLOEXEC) != 0) std::exit(1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
  std::vector<std::string> words{"--listen", "127.0.0.1:0", "--data-dir", data_dir.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  forked_ = std::chrono::steady_clock::now();
  pid_ = Spawn(program.string(), words, &actions);
  running = pid_;
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  out_ = out[0];
  const auto log = data_dir / "cloud.log";
  std::promise<std::uint16_t> port;
  auto told = port.get_future();
  reader_ = std::thread(ReadOutput, out_, log, std::move(port));
  port_ = told.get();
  if (port_ != 0) return;
  reader_.join();
  std::fprintf(stderr, "zonedisk-cloud did not start; its log is %s\n", log.c_str());
  std::exit(1);
}

CloudProcess::~CloudProcess() {
  running = -1;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  reader_.join();
  close(out_);
}

double CloudProcess::CpuSeconds() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double CloudProcess::RssAnonMiB() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) / 1024;
  }
  return 0;
}

double TrueProcessMillis() {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = Spawn("/bin/true", {}, nullptr);
  waitpid(pid, nullptr, 0);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

}  // namespace zonedisk::bench
