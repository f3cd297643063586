#include "common/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string_view>

#include "common/base/text.h"

namespace base {
namespace {

// The text of an entry, as the pattern's flag *.
class SafeText : public spdlog::custom_flag_formatter {
 public:
  explicit SafeText(bool json) : json_(json) {}
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string_view payload(message.payload.data(), message.payload.size());
    std::string text;
    if (json_) {
      AppendJsonText(text, payload);
    } else {
      text = EscapeControls(payload);
    }
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<SafeText>(json_);
  }

 private:
  const bool json_;
};

std::string JsonString(std::string_view text) {
  std::string quoted = "\"";
  AppendJsonText(quoted, text);
  return quoted += '"';
}

std::string JsonPattern(const LogOptions& options) {
  std::string members;
  for (const auto& [name, value] : options.members) {
    for (const char c : JsonString(name) + ":" + JsonString(value) + ",") {
      members += c == '%' ? "%%" : std::string(1, c);
    }
  }
  return R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",)" + members + R"("message":"%*"})";
}

}  // namespace

void StartLog(const LogOptions& options) {
  const bool json = options.format == "json";
  auto formatter =
      spdlog::details::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<SafeText>('*', json).set_pattern(json ? JsonPattern(options)
                                                            : "%Y-%m-%dT%H:%M:%S.%eZ %l %*");
  auto logger = std::make_shared<spdlog::logger>(options.name,
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::from_str(options.level));
  logger->set_formatter(std::move(formatter));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace base
