#include "tools/bench/load.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "common/base/text.h"

namespace zonedisk::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPatience = 120'000;  // milliseconds

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct Connection {
  int fd = -1;
  std::string answer;
  Clock::time_point sent;
};

int Connect(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) Die("socket");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("connect");
  return fd;
}

void Send(Connection& connection, const std::string& request) {
  connection.answer.clear();
  connection.sent = Clock::now();
  std::size_t done = 0;
  while (done < request.size()) {
    const ssize_t n =
        send(connection.fd, request.data() + done, request.size() - done, MSG_NOSIGNAL);
    if (n <= 0) Die("send");
    done += static_cast<std::size_t>(n);
  }
}

// The whole length of the answer at the start of `text`, 0 while it is incomplete.
std::size_t AnswerLength(std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const auto head = base::Lower(text.substr(0, end));
  const auto at = head.find("content-length:");
  if (at == std::string::npos) {
    std::fputs("an answer without Content-Length\n", stderr);
    std::exit(1);
  }
  const auto length = std::strtoul(head.c_str() + at + 15, nullptr, 10);
  return text.size() >= end + 4 + length ? end + 4 + length : 0;
}

// Reads what is there; true when the answer is complete.
bool Receive(Connection& connection) {
  std::array<char, 65536> buffer{};
  const ssize_t n = recv(connection.fd, buffer.data(), buffer.size(), 0);
  if (n < 0) Die("recv");
  if (n == 0) {
    std::fputs("the server closed a connection\n", stderr);
    std::exit(1);
  }
  connection.answer.append(buffer.data(), static_cast<std::size_t>(n));
  return AnswerLength(connection.answer) > 0;
}

std::string_view BodyOf(std::string_view answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

double Percentile(std::vector<double>& sorted, double fraction) {
  if (sorted.empty()) return 0;
  return sorted[static_cast<std::size_t>(fraction * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

LoadResult RunLoad(std::uint16_t port, int connections, std::chrono::milliseconds duration,
                   std::size_t at_most, const RequestSource& next, const AnswerSink& sink) {
  std::vector<Connection> all(static_cast<std::size_t>(connections));
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  std::size_t sent = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].fd = Connect(port);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    epoll_ctl(poll, EPOLL_CTL_ADD, all[i].fd, &event);
  }
  const auto begin = Clock::now();
  const auto end = begin + duration;
  for (auto& connection : all) {
    if (sent < at_most) Send(connection, next(sent++));
  }
  LoadResult result;
  std::vector<double> latencies;
  std::size_t outstanding = sent;
  while (outstanding > 0) {
    std::array<epoll_event, 256> events{};
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), kPatience);
    if (ready <= 0) Die("no answer within two minutes");
    for (int i = 0; i < ready; ++i) {
      Connection& connection = all[events[static_cast<std::size_t>(i)].data.u64];
      if (!Receive(connection)) continue;
      const auto now = Clock::now();
      latencies.push_back(std::chrono::duration<double, std::micro>(now - connection.sent).count());
      ++result.answered;
      if (connection.answer.compare(9, 3, "200") != 0 && result.refused++ == 0)
        result.refusal = connection.answer;
      if (sink) sink(BodyOf(connection.answer));
      --outstanding;
      if (now < end && sent < at_most) {
        Send(connection, next(sent++));
        ++outstanding;
      }
    }
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  for (const auto& connection : all) close(connection.fd);
  close(poll);
  std::ranges::sort(latencies);
  result.p50_us = Percentile(latencies, 0.5);
  result.p99_us = Percentile(latencies, 0.99);
  return result;
}

void MustSucceed(const LoadResult& result, std::string_view what) {
  if (result.refused == 0 && result.answered > 0) return;
  fmt::print(stderr, "{}: {} of {} requests were refused\n{}\n", what, result.refused,
             result.answered, result.refusal);
  std::exit(1);
}

std::string Fetch(std::uint16_t port, const std::string& request) {
  Connection connection{.fd = Connect(port)};
  Send(connection, request);
  while (!Receive(connection)) {
  }
  close(connection.fd);
  return std::string(BodyOf(connection.answer));
}

std::string GetRequest(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: zonedisk-bench\r\n\r\n";
}

}  // namespace zonedisk::bench
