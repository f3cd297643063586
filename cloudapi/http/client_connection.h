#pragma once
// One connection of the server: its buffers, what it waits for and until when.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"
#include "cloudapi/http/http_exchange.h"
#include "cloudapi/http/http_server_options.h"
#include "cloudapi/http/request_framing.h"

namespace cloudapi {

// Belongs to the loop, or, between HandOver and TakeBack, to one worker. Not synchronised.
class ClientConnection {
 public:
  // Owns `fd`, which must not block.
  ClientConnection(int fd, const HttpServerOptions& options, Env& env);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  enum class Next {
    kWait,    // nothing can be done until the socket is ready or the deadline passes
    kAnswer,  // a request is whole: Answer, then Advance again
    kRefuse,  // the bytes are no request that is taken: Refuse, then Advance again
    kClose,   // it is broken or at its end
  };
  // Sends, reads and looks for a request, as far as possible without blocking.
  Next Advance();

  // The request of kAnswer.
  const FramingResult& Request() const { return framed_; }
  // Both put their answer into the output buffer; Advance or Flush sends it.
  void Answer(const HttpExchange& exchange);
  void Refuse(const HttpExchange& exchange);
  // Sends what the socket takes. False: the connection is broken.
  bool Flush();

  // What the loop alone touches, also while a worker has the rest.
  void MarkReadable() { readable_ = true; }
  bool IsBusy() const { return busy_; }
  void HandOver() { busy_ = true; }
  void TakeBack();
  bool IsLate() const { return !busy_ && deadline_ <= env_.Steady(); }

 private:
  enum class Phase { kIdle, kHeader, kBody, kWriting, kLingering };

  Next Await();
  Next Linger();
  bool Fill();
  void Enter(Phase phase);
  std::chrono::milliseconds LimitOf(Phase phase) const;

  const int fd_;
  const HttpServerOptions& options_;
  Env& env_;
  std::string in_;
  RequestFramer framer_;
  FramingResult framed_;
  std::string out_;
  std::size_t sent_ = 0;   // of `out_`
  bool readable_ = false;  // the socket may hold more bytes
  bool eof_ = false;
  bool close_after_out_ = false;
  bool continued_ = false;  // "100 Continue" was sent for the present request
  bool busy_ = false;
  Phase phase_ = Phase::kIdle;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace cloudapi
