// Which parameters and refusals of the API calls have reached, beside what the project's own tests
// prove of each.
#include <map>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"

namespace cloudapi {

HttpResponse Admin::ShowCoverage(const HttpRequest&) {
  std::map<std::string, std::map<std::string, std::vector<Coverage::Row>>> actions;
  for (Coverage::Row& row : deps_.coverage.Rows())
    actions[row.action][row.kind].push_back(std::move(row));
  JsonWriter json;
  json.BeginObject().Key("actions").BeginArray();
  for (const auto& [action, kinds] : actions) {
    json.BeginObject().Field("action", action);
    for (const auto& [kind, rows] : kinds) {
      json.Key(kind + "s").BeginArray();
      for (const Coverage::Row& row : rows) {
        json.BeginObject()
            .Field("name", row.name)
            .Field("proof", row.proof)
            .Field("calls", static_cast<std::int64_t>(row.calls))
            .EndObject();
      }
      json.EndArray();
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return JsonAnswer(json.Take());
}

}  // namespace cloudapi
