#include "cloudapi/actions/testing/response_shape.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace cloudapi {
namespace {

using nlohmann::json;

// What responses.tsv says of one member.
struct Member {
  std::string type;
  bool always = false;
};
// By path: "Disks.Disk[].DiskId", sorted.
using Shape = std::map<std::string, Member>;

std::map<std::string, Shape, std::less<>> ReadShapes() {
  std::ifstream stream(ZONEDISK_SOURCE "/cloudapi/actions/responses.tsv");
  std::map<std::string, Shape, std::less<>> shapes;
  std::string line;
  std::getline(stream, line);  // the heading
  while (std::getline(stream, line)) {
    std::istringstream columns(line);
    std::string action;
    std::string path;
    Member member;
    std::string present;
    columns >> action >> path >> member.type >> present;
    Shape& shape = shapes[action];
    // The dispatcher adds it to every answer.
    if (path == "RequestId") continue;
    member.always = present == "always";
    shape[path] = member;
  }
  return shapes;
}

std::string TypeOf(const json& value) {
  return value.is_array() ? "list" : value.type_name();
}

class Walk {
 public:
  Walk(const Shape& shape, std::vector<std::string>& problems)
      : shape_(shape), problems_(problems) {}

  void Object(const std::string& prefix, const json& object) {
    for (const auto& [name, value] : object.items()) Value(prefix + name, value);
    for (auto at = shape_.lower_bound(prefix); at != shape_.end() && at->first.starts_with(prefix);
         ++at) {
      const std::string name = at->first.substr(prefix.size());
      if (name.find_first_of(".[") == std::string::npos && at->second.always &&
          !object.contains(name))
        problems_.push_back(at->first + " is missing");
    }
  }

 private:
  void Value(const std::string& path, const json& value) {
    const auto found = shape_.find(path);
    if (found == shape_.end()) {
      // Elements that are objects have no row of their own.
      if (!path.ends_with("[]") || !value.is_object())
        return problems_.push_back(path + " is no member");
    } else if (found->second.type != TypeOf(value)) {
      return problems_.push_back(
          fmt::format("{} is a {}, not a {}", path, TypeOf(value), found->second.type));
    }
    if (value.is_object()) return Object(path + ".", value);
    if (!value.is_array()) return;
    for (const json& element : value) Value(path + "[]", element);
  }

  const Shape& shape_;
  std::vector<std::string>& problems_;
};

}  // namespace

std::vector<std::string> ShapeProblems(std::string_view action, std::string_view members) {
  static const auto shapes = ReadShapes();
  const auto shape = shapes.find(action);
  std::vector<std::string> problems;
  // Of actions beside those of the table no shape is known but that of JSON.
  const json object = json::parse("{" + std::string(members) + "}");
  if (shape != shapes.end()) Walk(shape->second, problems).Object("", object);
  return problems;
}

}  // namespace cloudapi
