#include "cloudapi/wire/http_gate.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "cloudapi/wire/params.h"

namespace cloudapi {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr char kTlsHandshake = 0x16;  // RFC 8446 §5.1, ContentType handshake
constexpr std::size_t kChunkLineLimit = 1024;

bool Same(std::string_view a, std::string_view b) {
  const LessNoCase less;
  return !less(a, b) && !less(b, a);
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

GateAnswer Refused(int status, std::string_view message) {
  return {.what = GateAnswer::What::kRefused, .status = status, .message = message};
}

// What the header says about the body.
struct Framing {
  std::optional<std::size_t> length;
  bool chunked = false;
  bool wants_continue = false;
  std::string_view problem;
};

void ReadLength(Framing& framing, std::string_view value) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  const bool good = error == std::errc() && end == value.data() + value.size();
  // A huge length overflows; it is too large a body, not a malformed one.
  if (error == std::errc::result_out_of_range && end == value.data() + value.size()) {
    framing.length = SIZE_MAX;
  } else if (!good || (framing.length && *framing.length != length)) {
    framing.problem = "Content-Length is not one whole number.";
  } else {
    framing.length = length;
  }
}

Framing ReadFraming(std::string_view lines) {
  Framing framing;
  while (!lines.empty() && framing.problem.empty()) {
    const auto end = lines.find(kLineEnd);
    const auto line = lines.substr(0, end);
    lines.remove_prefix(std::min(lines.size(), end + kLineEnd.size()));
    const auto colon = line.find(':');
    if (line.empty()) continue;
    if (colon == std::string_view::npos || colon == 0 || line[colon - 1] == ' ' ||
        line[colon - 1] == '\t' || line.front() == ' ' || line.front() == '\t') {
      framing.problem = "A header line is malformed.";
      continue;
    }
    const auto name = line.substr(0, colon);
    const auto value = Trim(line.substr(colon + 1));
    if (Same(name, "Content-Length")) ReadLength(framing, value);
    if (Same(name, "Expect")) framing.wants_continue = Same(value, "100-continue");
    if (!Same(name, "Transfer-Encoding")) continue;
    framing.chunked = Same(value, "chunked");
    if (!framing.chunked) framing.problem = "The only transfer coding taken is chunked.";
  }
  // Two framings at once are how requests are smuggled past proxies (RFC 9112 §6.1).
  if (framing.chunked && framing.length) framing.problem = "Content-Length beside chunked.";
  return framing;
}

constexpr std::string_view kBodyTooLarge = "The body is larger than 1 MiB.";

GateAnswer NeedBody(const Framing& framing, bool nothing_yet) {
  return {.in_body = true, .wants_continue = framing.wants_continue && nothing_yet};
}

GateAnswer ExamineChunks(std::string_view bytes, std::size_t header_bytes, const Framing& framing) {
  std::string body;
  std::size_t at = header_bytes;
  for (;;) {
    const auto line_end = bytes.find(kLineEnd, at);
    if (line_end == std::string_view::npos) {
      if (bytes.size() - at > kChunkLineLimit) return Refused(400, "A chunk's line is too long.");
      return NeedBody(framing, bytes.size() == header_bytes);
    }
    const auto line = bytes.substr(at, line_end - at);
    const auto digits = Trim(line.substr(0, line.find(';')));
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (error == std::errc::result_out_of_range) return Refused(413, kBodyTooLarge);
    if (error != std::errc() || end != digits.data() + digits.size())
      return Refused(400, "A chunk's size is not hexadecimal.");
    if (size > kBodyLimit || body.size() + size > kBodyLimit) return Refused(413, kBodyTooLarge);
    at = line_end + kLineEnd.size();
    if (size == 0) break;
    if (bytes.size() < at + size + kLineEnd.size()) return NeedBody(framing, false);
    body.append(bytes, at, size);
    at += size;
    if (bytes.substr(at, kLineEnd.size()) != kLineEnd)
      return Refused(400, "A chunk does not end where its size says.");
    at += kLineEnd.size();
  }
  // Trailer fields are skipped up to the empty line.
  for (const std::size_t trailer = at;;) {
    const auto line_end = bytes.find(kLineEnd, at);
    if (at - trailer > kHeaderLimit) return Refused(400, "The trailer is longer than 64 KiB.");
    if (line_end == std::string_view::npos) {
      if (bytes.size() - trailer > kHeaderLimit)
        return Refused(400, "The trailer is longer than 64 KiB.");
      return NeedBody(framing, false);
    }
    const bool empty = line_end == at;
    at = line_end + kLineEnd.size();
    if (empty) break;
  }
  return {.what = GateAnswer::What::kComplete, .header_bytes = header_bytes, .total_bytes = at,
          .chunked = true, .body = std::move(body)};
}

}  // namespace

GateAnswer ExamineRequest(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (bytes.front() == kTlsHandshake) return {.what = GateAnswer::What::kTlsHello};
  const auto line_end = bytes.find(kLineEnd);
  if (std::min(line_end, bytes.size()) > kRequestLineLimit)
    return Refused(414, "The request line is longer than 8 KiB.");
  const auto header_end = bytes.find("\r\n\r\n");
  if (std::min(header_end, bytes.size()) > kHeaderLimit)
    return Refused(400, "The header is longer than 64 KiB.");
  if (header_end == std::string_view::npos) return {};
  const std::size_t header_bytes = header_end + 2 * kLineEnd.size();
  const auto lines = bytes.substr(line_end + kLineEnd.size(),
                                  header_bytes - kLineEnd.size() - line_end - kLineEnd.size());
  const Framing framing = ReadFraming(lines);
  if (!framing.problem.empty()) return Refused(400, framing.problem);
  if (framing.chunked) return ExamineChunks(bytes, header_bytes, framing);
  const std::size_t length = framing.length.value_or(0);
  if (length > kBodyLimit) return Refused(413, kBodyTooLarge);
  if (bytes.size() - header_bytes < length)
    return NeedBody(framing, bytes.size() == header_bytes);
  return {.what = GateAnswer::What::kComplete, .header_bytes = header_bytes,
          .total_bytes = header_bytes + length, .body = std::string(bytes.substr(header_bytes, length))};
}

}  // namespace cloudapi
