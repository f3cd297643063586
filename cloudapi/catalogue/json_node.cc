#include "cloudapi/catalogue/json_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

namespace cloudapi {
namespace {

using nlohmann::json;

const json kNothing;

// Where a reader of the text is. The character that was read last may be the first behind a number,
// so a line ends only once something behind its end was read.
struct Place {
  std::size_t line = 1;
  std::size_t next_line = 1;
  void Pass(char c) {
    line = next_line;
    if (c == '\n') ++next_line;
  }
};

class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Place* place) : at_(at), place_(place) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    place_->Pass(*at_++);
    return *this;
  }
  CountingIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Place* place_;
};

// Notes on which line each value is, by its path.
class LineNotes : public nlohmann::json_sax<json> {
 public:
  LineNotes(const Place& place, std::map<std::string, std::size_t>& lines)
      : place_(place), lines_(lines) {}

  bool null() override { return Note(); }
  bool boolean(bool) override { return Note(); }
  bool number_integer(number_integer_t) override { return Note(); }
  bool number_unsigned(number_unsigned_t) override { return Note(); }
  bool number_float(number_float_t, const string_t&) override { return Note(); }
  bool string(string_t&) override { return Note(); }
  bool binary(binary_t&) override { return Note(); }
  bool start_object(std::size_t) override { return Open(false); }
  bool start_array(std::size_t) override { return Open(true); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    open_.back().name = name;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    error_line_ = place_.line;
    return false;
  }
  std::optional<std::size_t> ErrorLine() const { return error_line_; }

 private:
  struct Container {
    std::string path;
    bool is_array = false;
    std::size_t count = 0;
    std::string name;  // of the member that is read
  };

  std::string NextPath() {
    if (open_.empty()) return "";
    auto& in = open_.back();
    if (in.is_array) return fmt::format("{}[{}]", in.path, in.count++);
    return in.path.empty() ? in.name : in.path + "." + in.name;
  }
  bool Note() {
    lines_[NextPath()] = place_.line;
    return true;
  }
  bool Open(bool is_array) {
    auto path = NextPath();
    lines_[path] = place_.line;
    open_.push_back({.path = std::move(path), .is_array = is_array});
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  const Place& place_;
  std::map<std::string, std::size_t>& lines_;
  std::vector<Container> open_;
  std::optional<std::size_t> error_line_;
};

}  // namespace

JsonDocument::JsonDocument(std::string_view text, std::string source)
    : text_(text), source_(std::move(source)), root_(json::parse(text, nullptr, false)) {
  if (root_.is_object()) return;
  problem_ = root_.is_discarded() ? fmt::format("{}:{}: this is not JSON", source_, LineOf(""))
                                  : fmt::format("{}:1: a JSON object is expected", source_);
}

std::size_t JsonDocument::LineOf(std::string path) const {
  Place place;
  std::map<std::string, std::size_t> lines;
  LineNotes notes(place, lines);
  json::sax_parse(CountingIterator(text_.data(), &place),
                  CountingIterator(text_.data() + text_.size(), &place), &notes);
  if (notes.ErrorLine()) return *notes.ErrorLine();
  // A missing member is told on the line of what it is missing from.
  while (!path.empty() && !lines.contains(path)) {
    const auto cut = path.find_last_of(".[");
    path = cut == std::string::npos ? "" : path.substr(0, cut);
  }
  return lines[path];
}

void JsonDocument::Refuse(const std::string& path, std::string_view what) {
  if (problem_) return;
  problem_ = fmt::format("{}:{}: {}: {}", source_, LineOf(path), path, what);
}

bool JsonNode::Has(const std::string& name) const {
  return value_->is_object() && value_->contains(name);
}

std::string JsonNode::PathOf(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

JsonNode JsonNode::Member(const std::string& name) const {
  if (Has(name)) return {*document_, (*value_)[name], PathOf(name)};
  document_->Refuse(PathOf(name), "is missing");
  return {*document_, kNothing, PathOf(name)};
}

JsonNode JsonNode::Item(std::size_t index) const {
  const auto path = fmt::format("{}[{}]", path_, index);
  if (value_->is_array() && index < value_->size()) return {*document_, (*value_)[index], path};
  document_->Refuse(path, "is missing");
  return {*document_, kNothing, path};
}

std::string JsonNode::AsText() const {
  if (value_->is_string() && !value_->get_ref<const std::string&>().empty()) {
    return value_->get<std::string>();
  }
  Refuse("must be a text that is not empty");
  return {};
}

std::int64_t JsonNode::AsWhole(std::int64_t least) const {
  if (value_->is_number_integer() && value_->get<std::int64_t>() >= least) {
    return value_->get<std::int64_t>();
  }
  Refuse(fmt::format("must be a whole number of at least {}", least));
  return least;
}

std::string JsonNode::Text(const std::string& name) const {
  return Member(name).AsText();
}

std::string JsonNode::TextOr(const std::string& name, const std::string& fallback) const {
  return Has(name) ? Text(name) : fallback;
}

std::int64_t JsonNode::Whole(const std::string& name, std::int64_t least) const {
  return Member(name).AsWhole(least);
}

double JsonNode::Positive(const std::string& name) const {
  const auto member = Member(name);
  if (member.value_->is_number() && member.value_->get<double>() > 0) {
    return member.value_->get<double>();
  }
  member.Refuse("must be a number greater than 0");
  return 1;
}

bool JsonNode::BoolOr(const std::string& name, bool fallback) const {
  if (!Has(name)) return fallback;
  const auto member = Member(name);
  if (member.value_->is_boolean()) return member.value_->get<bool>();
  member.Refuse("must be true or false");
  return fallback;
}

std::vector<std::string> JsonNode::Texts(const std::string& name) const {
  std::vector<std::string> texts;
  for (const auto& item : Items(name)) texts.push_back(item.AsText());
  return texts;
}

std::vector<JsonNode> JsonNode::Items(const std::string& name) const {
  const auto member = Member(name);
  if (!member.value_->is_array()) member.Refuse("must be an array");
  std::vector<JsonNode> items;
  for (std::size_t i = 0; member.value_->is_array() && i < member.value_->size(); ++i) {
    items.push_back(member.Item(i));
  }
  return items;
}

std::vector<JsonNode> JsonNode::ItemsOrNone(const std::string& name) const {
  return Has(name) ? Items(name) : std::vector<JsonNode>();
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::Members(const std::string& name) const {
  const auto member = Member(name);
  if (!member.value_->is_object()) member.Refuse("must be an object");
  std::vector<std::pair<std::string, JsonNode>> members;
  for (const auto& entry : member.value_->items()) {
    members.emplace_back(entry.key(), member.Member(entry.key()));
  }
  return members;
}

}  // namespace cloudapi
