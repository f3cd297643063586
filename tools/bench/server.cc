#include "tools/bench/server.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

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

// One line, without its end.
std::string ReadLine(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
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
  const std::string log = (data_dir / "stderr.log").string();
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  std::vector<std::string> words{"--listen", "127.0.0.1:0", "--data-dir", data_dir.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  forked_ = std::chrono::steady_clock::now();
  pid_ = Spawn(program.string(), words, &actions);
  running = pid_;
  posix_spawn_file_actions_destroy(&actions);
  close(out[1]);
  const std::string line = ReadLine(out[0]);
  out_ = out[0];
  const auto colon = line.rfind(':');
  if (colon == std::string::npos) {
    std::fprintf(stderr, "zonedisk-cloud did not become ready; its log is %s\n", log.c_str());
    std::exit(1);
  }
  port_ = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
}

CloudProcess::~CloudProcess() {
  running = -1;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  close(out_);
}

double CloudProcess::CpuSeconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
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
