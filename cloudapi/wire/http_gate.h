#pragma once
// Finds whole requests in the bytes of a connection, so that nothing after it ever waits for a
// client. Sources: RFC 9112 §§2, 3, 6, 7.
#include <cstddef>
#include <string>
#include <string_view>

namespace cloudapi {

inline constexpr std::size_t kRequestLineLimit = 8 * 1024;
inline constexpr std::size_t kHeaderLimit = 64 * 1024;
inline constexpr std::size_t kBodyLimit = 1024 * 1024;

struct GateAnswer {
  enum class What { kNeedMore, kComplete, kRefused, kTlsHello };
  What what = What::kNeedMore;
  bool in_body = false;          // kNeedMore: the header is whole
  bool wants_continue = false;   // kNeedMore: the client waits for "100 Continue"
  int status = 0;                // kRefused; the connection closes after the answer
  std::string_view message;      // kRefused
  std::size_t header_bytes = 0;  // kComplete: request line and header with their empty line
  std::size_t total_bytes = 0;   // kComplete: up to the next request
  bool chunked = false;          // kComplete
  std::string body;              // kComplete
};

// Looks at the bytes from the start of a request on. Pure; call again with more bytes.
GateAnswer ExamineRequest(std::string_view bytes);

}  // namespace cloudapi
