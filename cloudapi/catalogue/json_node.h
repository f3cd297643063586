#pragma once
// A JSON document read with its places: whatever is wrong is told once, as one line that names the
// source, the line in it and the member.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloudapi {

class JsonDocument {
 public:
  // `source` is how the document is called in messages, such as the name of its file. `text`
  // outlives the document.
  JsonDocument(std::string_view text, std::string source);
  const nlohmann::json& Root() const { return root_; }

  // "zones.json:12: regions[0].code: is missing"; nullopt when all was well. The first one counts.
  const std::optional<std::string>& Problem() const { return problem_; }
  void Refuse(const std::string& path, std::string_view what);

 private:
  // On which line the value, or what it would be part of, begins; of a text that is not JSON where
  // it stops to be that. Reads the text again: only what is wrong is asked for.
  std::size_t LineOf(std::string path) const;

  const std::string_view text_;
  const std::string source_;
  nlohmann::json root_;
  std::optional<std::string> problem_;
};

// One value of a document. What is missing or of another type reads as the type's empty value, and
// the document has a problem. The document outlives its nodes.
class JsonNode {
 public:
  explicit JsonNode(JsonDocument& document) : JsonNode(document, document.Root(), "") {}

  std::string Text(const std::string& name) const;  // not empty
  std::string TextOr(const std::string& name, const std::string& fallback) const;
  std::int64_t Whole(const std::string& name, std::int64_t least) const;
  double Positive(const std::string& name) const;
  bool BoolOr(const std::string& name, bool fallback) const;
  std::vector<std::string> Texts(const std::string& name) const;
  std::vector<JsonNode> Items(const std::string& name) const;
  std::vector<JsonNode> ItemsOrNone(const std::string& name) const;
  std::vector<std::pair<std::string, JsonNode>> Members(const std::string& name) const;

  // The same of this value itself and of an item of an array.
  std::string AsText() const;
  JsonNode Item(std::size_t index) const;
  std::int64_t AsWhole(std::int64_t least) const;
  void Refuse(std::string_view what) const { document_->Refuse(path_, what); }
  // The member, or an empty value when it is missing.
  JsonNode Member(const std::string& name) const;

 private:
  JsonNode(JsonDocument& document, const nlohmann::json& value, std::string path)
      : document_(&document), value_(&value), path_(std::move(path)) {}
  bool Has(const std::string& name) const;
  std::string PathOf(const std::string& name) const;

  JsonDocument* document_;
  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace cloudapi
