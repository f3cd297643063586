#pragma once
// An HTTP server on a free loopback port that answers what the test lists, in order, and keeps what
// it was asked. More requests than answers get 500.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <httplib.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace zonedisk {

class StubCloud {
 public:
  struct Answer {
    int status = 200;
    std::string body;
  };
  struct Seen {
    std::string method;
    std::string target;  // path and query
    std::string body;    // as it came, forms too
    std::string lab_token;
  };

  explicit StubCloud(std::vector<Answer> answers) : answers_(std::move(answers)) {
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& read) {
      std::string body;
      read([&](const char* data, std::size_t size) {
        body.append(data, size);
        return true;
      });
      Serve(request, std::move(body), response);
    };
    const auto without_body = [this](const httplib::Request& request, httplib::Response& response) {
      Serve(request, "", response);
    };
    server_.Post(".*", with_body);
    server_.Delete(".*", without_body);
    server_.Get(".*", without_body);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::jthread([this] { server_.listen_after_bind(); });
  }
  ~StubCloud() {
    // A stop before the thread has begun to listen would be lost.
    while (!server_.is_running()) std::this_thread::yield();
    server_.stop();
  }
  StubCloud(const StubCloud&) = delete;
  StubCloud& operator=(const StubCloud&) = delete;

  std::string Endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<Seen> Requests() const {
    const absl::MutexLock lock(&mutex_);
    return seen_;
  }

 private:
  void Serve(const httplib::Request& request, std::string body, httplib::Response& response) {
    const absl::MutexLock lock(&mutex_);
    const Answer answer =
        seen_.size() < answers_.size() ? answers_[seen_.size()] : Answer{500, "unexpected"};
    seen_.push_back({request.method, request.target, std::move(body),
                     request.get_header_value("X-Zonedisk-Lab-Token")});
    response.status = answer.status;
    response.set_content(answer.body, "application/json");
  }

  mutable absl::Mutex mutex_;
  std::vector<Answer> answers_;
  std::vector<Seen> seen_ ABSL_GUARDED_BY(mutex_);
  httplib::Server server_;
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace zonedisk
