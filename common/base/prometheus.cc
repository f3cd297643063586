#include "common/base/prometheus.h"

namespace base {
namespace {

// Of a label's value also the quote, in HELP only the other two.
std::string Escape(std::string_view text, std::string_view escaped) {
  std::string out;
  for (const char c : text) {
    if (escaped.find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? 'n' : c;
  }
  return out;
}

}  // namespace

void PrometheusText::Family(std::string_view name, std::string_view type, std::string_view help) {
  family_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, Escape(help, "\\\n"), name, type);
}

void PrometheusText::Append(const Labels& labels, std::string_view value, std::string_view suffix) {
  std::string pairs;
  for (const auto& [name, text] : labels) {
    pairs += fmt::format(R"({}{}="{}")", pairs.empty() ? "" : ",", name, Escape(text, "\\\n\""));
  }
  if (!pairs.empty()) pairs = "{" + pairs + "}";
  text_ += fmt::format("{}{}{} {}\n", family_, suffix, pairs, value);
}

}  // namespace base
