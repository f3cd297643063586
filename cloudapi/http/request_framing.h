#pragma once
// Finds whole requests in the bytes of a connection, so that no later step waits for a client.
// Sources: RFC 9112 §§2, 3, 6, 7.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloudapi {

// The request line and each header line, without its line end. The library takes two bytes more.
inline constexpr std::size_t kLineLimit = 8 * 1024 - 2;
inline constexpr std::size_t kHeaderLimit = 64 * 1024;
inline constexpr std::size_t kBodyLimit = 1024 * 1024;

// A chunked body carries framing beside its content; a request larger than this is refused.
inline constexpr std::size_t kRequestLimit = kHeaderLimit + 2 * kBodyLimit;

struct FramingResult {
  enum class Outcome { kNeedMore, kComplete, kRefused, kTlsHello };
  Outcome outcome = Outcome::kNeedMore;
  bool in_body = false;          // kNeedMore: the header is whole
  bool wants_continue = false;   // kNeedMore: the client waits for "100 Continue"
  int status = 0;                // kRefused; the connection closes after the answer
  std::string_view message;      // kRefused
  std::size_t header_bytes = 0;  // kComplete: request line and header with their empty line
  std::size_t total_bytes = 0;   // kComplete: up to the next request
  std::string_view method;       // kComplete; like `target` a part of the bytes examined
  std::string_view target;       // kComplete, undecoded; empty when the request line has none
  std::string body;              // kComplete
};

// The framer of one connection. It remembers how far it has looked, so that a request that arrives
// byte by byte is read once. Not synchronised.
class RequestFramer {
 public:
  // Looks at the bytes from the start of a request on. Call again with the same bytes and more
  // until the answer is not kNeedMore; then the next call begins a new request.
  FramingResult Examine(std::string_view bytes);

 private:
  // What the header says about the body.
  struct Framing {
    std::optional<std::size_t> length;
    bool chunked = false;
    bool wants_continue = false;
    std::string_view problem;
  };
  enum class Stage { kRequestLine, kHeader, kLengthBody, kChunkLine, kChunk, kTrailer };

  // One stage; nullopt when the next one may begin.
  std::optional<FramingResult> Step(std::string_view bytes);
  std::optional<FramingResult> ReadRequestLine(std::string_view bytes);
  std::optional<FramingResult> ReadHeader(std::string_view bytes);
  std::optional<FramingResult> ReadLengthBody(std::string_view bytes);
  std::optional<FramingResult> ReadChunkLine(std::string_view bytes);
  std::optional<FramingResult> ReadChunk(std::string_view bytes);
  std::optional<FramingResult> ReadTrailer(std::string_view bytes);
  FramingResult NeedBody(std::string_view bytes) const;
  FramingResult Complete(std::string_view bytes, std::size_t total_bytes, std::string body) const;
  // Where `mark` begins at or after `at_`, looking only at what is new; npos when it is not there.
  std::size_t Find(std::string_view bytes, std::string_view mark);
  static void ReadLength(Framing& framing, std::string_view value);
  static Framing ReadFraming(std::string_view lines);

  Stage stage_ = Stage::kRequestLine;
  std::size_t at_ = 0;        // where the present line or chunk begins
  std::size_t searched_ = 0;  // no mark begins before
  std::size_t line_end_ = 0;  // of the request line
  std::size_t header_bytes_ = 0;
  std::size_t chunk_ = 0;  // size of the present chunk
  std::size_t trailer_ = 0;
  Framing framing_;
  std::string body_;
};

}  // namespace cloudapi
