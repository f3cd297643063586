#include "cloudapi/http/request_framing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::string_view kBlanks = " \t";  // RFC 9110 §5.6.3, OWS
constexpr char kTlsHandshake = 0x16;         // RFC 8446 §5.1, ContentType handshake
constexpr std::size_t kChunkLineLimit = 1024;

FramingResult Refused(int status, std::string_view message) {
  return {.outcome = FramingResult::Outcome::kRefused, .status = status, .message = message};
}

constexpr std::string_view kBodyTooLarge = "The body is larger than 1 MiB.";
constexpr std::string_view kLineTooLong = "The request line is longer than 8 KiB.";

}  // namespace

void RequestFramer::ReadLength(Framing& framing, std::string_view value) {
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

RequestFramer::Framing RequestFramer::ReadFraming(std::string_view lines) {
  Framing framing;
  while (!lines.empty() && framing.problem.empty()) {
    const auto end = lines.find(kLineEnd);
    const auto line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + kLineEnd.size());
    const auto colon = line.find(':');
    if (line.empty()) continue;
    if (line.size() > kLineLimit) {
      framing.problem = "A header line is longer than 8 KiB.";
      continue;
    }
    if (colon == std::string_view::npos || colon == 0 || line[colon - 1] == ' ' ||
        line[colon - 1] == '\t' || line.front() == ' ' || line.front() == '\t') {
      framing.problem = "A header line is malformed.";
      continue;
    }
    const auto name = line.substr(0, colon);
    const auto value = base::Trim(line.substr(colon + 1), kBlanks);
    if (base::EqualNoCase(name, "Content-Length")) ReadLength(framing, value);
    if (base::EqualNoCase(name, "Expect"))
      framing.wants_continue = base::EqualNoCase(value, "100-continue");
    if (!base::EqualNoCase(name, "Transfer-Encoding")) continue;
    framing.chunked = base::EqualNoCase(value, "chunked");
    if (!framing.chunked) framing.problem = "The only transfer coding taken is chunked.";
  }
  // Two framings at once are how requests are smuggled past proxies (RFC 9112 §6.1).
  if (framing.chunked && framing.length) framing.problem = "Content-Length beside chunked.";
  return framing;
}

std::size_t RequestFramer::Find(std::string_view bytes, std::string_view mark) {
  const std::size_t found = bytes.find(mark, std::max(at_, searched_));
  // The mark may have begun in the last bytes.
  if (found == std::string_view::npos && bytes.size() >= mark.size())
    searched_ = bytes.size() - mark.size() + 1;
  return found;
}

FramingResult RequestFramer::NeedBody(std::string_view bytes) const {
  return {.in_body = true,
          .wants_continue = framing_.wants_continue && bytes.size() == header_bytes_};
}

FramingResult RequestFramer::Complete(std::string_view bytes, std::size_t total_bytes,
                                      std::string body) const {
  const auto line = bytes.substr(0, line_end_);
  const auto method_end = std::min(line.find(' '), line.size());
  const auto rest = line.substr(std::min(method_end + 1, line.size()));
  return {.outcome = FramingResult::Outcome::kComplete,
          .header_bytes = header_bytes_,
          .total_bytes = total_bytes,
          .method = line.substr(0, method_end),
          .target = rest.substr(0, rest.find(' ')),
          .body = std::move(body)};
}

FramingResult RequestFramer::Examine(std::string_view bytes) {
  std::optional<FramingResult> answer;
  while (!answer) answer = Step(bytes);
  if (answer->outcome == FramingResult::Outcome::kNeedMore && bytes.size() >= kRequestLimit)
    answer = Refused(413, "The request is larger than its content allows.");
  if (answer->outcome != FramingResult::Outcome::kNeedMore) *this = RequestFramer();
  return std::move(*answer);
}

std::optional<FramingResult> RequestFramer::Step(std::string_view bytes) {
  switch (stage_) {
    case Stage::kRequestLine: return ReadRequestLine(bytes);
    case Stage::kHeader: return ReadHeader(bytes);
    case Stage::kLengthBody: return ReadLengthBody(bytes);
    case Stage::kChunkLine: return ReadChunkLine(bytes);
    case Stage::kChunk: return ReadChunk(bytes);
    case Stage::kTrailer: return ReadTrailer(bytes);
  }
  return Refused(400, "The request is malformed.");
}

std::optional<FramingResult> RequestFramer::ReadRequestLine(std::string_view bytes) {
  if (bytes.empty()) return FramingResult{};
  if (bytes.front() == kTlsHandshake)
    return FramingResult{.outcome = FramingResult::Outcome::kTlsHello};
  line_end_ = Find(bytes, kLineEnd);
  if (std::min(line_end_, bytes.size()) > kHeaderLimit) return Refused(414, kLineTooLong);
  if (line_end_ == std::string_view::npos) return FramingResult{};
  searched_ = line_end_;
  stage_ = Stage::kHeader;
  return std::nullopt;
}

// A long request line is refused when the header is whole, since the header says in which format.
std::optional<FramingResult> RequestFramer::ReadHeader(std::string_view bytes) {
  const std::size_t end = Find(bytes, kHeaderEnd);
  const bool too_long = std::min(end, bytes.size()) > kHeaderLimit;
  if (!too_long && end == std::string_view::npos) return FramingResult{};
  if (line_end_ > kLineLimit) return Refused(414, kLineTooLong);
  if (too_long) return Refused(400, "The header is longer than 64 KiB.");
  header_bytes_ = end + kHeaderEnd.size();
  framing_ = ReadFraming(bytes.substr(line_end_, end + kLineEnd.size() - line_end_));
  if (!framing_.problem.empty()) return Refused(400, framing_.problem);
  if (framing_.length.value_or(0) > kBodyLimit) return Refused(413, kBodyTooLarge);
  stage_ = framing_.chunked ? Stage::kChunkLine : Stage::kLengthBody;
  at_ = header_bytes_;
  return std::nullopt;
}

std::optional<FramingResult> RequestFramer::ReadLengthBody(std::string_view bytes) {
  const std::size_t length = framing_.length.value_or(0);
  if (bytes.size() - header_bytes_ < length) return NeedBody(bytes);
  return Complete(bytes, header_bytes_ + length, std::string(bytes.substr(header_bytes_, length)));
}

std::optional<FramingResult> RequestFramer::ReadChunkLine(std::string_view bytes) {
  const std::size_t line_end = Find(bytes, kLineEnd);
  if (std::min(line_end, bytes.size()) - at_ > kChunkLineLimit)
    return Refused(400, "A chunk's line is too long.");
  if (line_end == std::string_view::npos) return NeedBody(bytes);
  const auto line = bytes.substr(at_, line_end - at_);
  const auto digits = base::Trim(line.substr(0, line.find(';')), kBlanks);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), chunk_, 16);
  if (error == std::errc::result_out_of_range) return Refused(413, kBodyTooLarge);
  if (error != std::errc() || end != digits.data() + digits.size())
    return Refused(400, "A chunk's size is not hexadecimal.");
  if (chunk_ > kBodyLimit - body_.size()) return Refused(413, kBodyTooLarge);
  at_ = line_end + kLineEnd.size();
  trailer_ = at_;
  stage_ = chunk_ == 0 ? Stage::kTrailer : Stage::kChunk;
  return std::nullopt;
}

std::optional<FramingResult> RequestFramer::ReadChunk(std::string_view bytes) {
  if (bytes.size() < at_ + chunk_ + kLineEnd.size()) return NeedBody(bytes);
  body_.append(bytes, at_, chunk_);
  at_ += chunk_;
  if (bytes.substr(at_, kLineEnd.size()) != kLineEnd)
    return Refused(400, "A chunk does not end where its size says.");
  at_ += kLineEnd.size();
  stage_ = Stage::kChunkLine;
  return std::nullopt;
}

// Trailer fields are skipped up to the empty line.
std::optional<FramingResult> RequestFramer::ReadTrailer(std::string_view bytes) {
  const std::size_t line_end = Find(bytes, kLineEnd);
  if (std::min(line_end, bytes.size()) - trailer_ > kHeaderLimit)
    return Refused(400, "The trailer is longer than 64 KiB.");
  if (line_end == std::string_view::npos) return NeedBody(bytes);
  const bool empty = line_end == at_;
  at_ = line_end + kLineEnd.size();
  if (!empty) return std::nullopt;
  return Complete(bytes, at_, std::move(body_));
}

}  // namespace cloudapi
