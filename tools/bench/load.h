#pragma once
// A load generator: one thread, epoll, keep-alive connections with one request in flight each.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zonedisk::bench {

struct LoadResult {
  std::size_t answered = 0;
  std::size_t refused = 0;  // answers with a status other than 200
  double seconds = 0;
  double p50_us = 0;
  double p99_us = 0;
  std::string refusal;  // the first refused answer
  double PerSecond() const { return seconds > 0 ? static_cast<double>(answered) / seconds : 0; }
};

// The n-th request as HTTP text; made before its connection needs it, so it must be cheap.
using RequestSource = std::function<const std::string&(std::size_t n)>;

// Is given each answer's body.
using AnswerSink = std::function<void(std::string_view body)>;

// Sends requests to 127.0.0.1:`port` over `connections` until `duration` is over or `at_most`
// requests are answered. A broken connection or an unreadable answer ends the process with a line
// that says so.
LoadResult RunLoad(std::uint16_t port, int connections, std::chrono::milliseconds duration,
                   std::size_t at_most, const RequestSource& next, const AnswerSink& sink = {});

// Ends the process with a line about `what` unless there were answers and all are 200: a benchmark
// with failures is no measurement.
void MustSucceed(const LoadResult& result, std::string_view what);

// The body of one answer, over a connection of its own.
std::string Fetch(std::uint16_t port, const std::string& request);

// "GET /?QUERY HTTP/1.1" with the headers that every client sends.
std::string GetRequest(const std::string& target);

}  // namespace zonedisk::bench
