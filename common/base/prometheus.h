#pragma once
#include <fmt/format.h>

#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

// Metrics as text. Source: Prometheus, exposition formats, text format 0.0.4.
class PrometheusText {
 public:
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  // Begins a family: its HELP and TYPE lines. `type` is counter, gauge or summary.
  void Family(std::string_view name, std::string_view type, std::string_view help);

  // A sample of the family begun last. `suffix` is "_sum" or "_count" in a summary.
  template <std::integral Number>
  void Sample(const Labels& labels, Number value, std::string_view suffix = "") {
    Append(labels, fmt::to_string(value), suffix);
  }
  // Seconds, to the microsecond.
  void Sample(const Labels& labels, double value, std::string_view suffix = "") {
    Append(labels, fmt::format("{:.6f}", value), suffix);
  }

  std::string Take() { return std::move(text_); }

 private:
  void Append(const Labels& labels, std::string_view value, std::string_view suffix);

  std::string text_;
  std::string family_;
};

}  // namespace base
