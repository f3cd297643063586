// Crash points armed while the cloud runs. A restart comes up with none.
#include <fmt/format.h>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/base/crash_points.h"

namespace cloudapi {

HttpResponse Admin::ListCrashPoints(const HttpRequest&) {
  JsonWriter json;
  json.BeginObject().Key("crash_points").BeginArray();
  for (const auto point : kCloudCrashPoints) json.Value(point);
  json.EndArray().EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse Admin::ArmCrash(const HttpRequest& request) {
  Body body(request.body);
  const std::string at = body.Text("At", true);
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  const absl::MutexLock lock(&crash_mutex_);
  if (at.empty()) {
    base::DisarmCrashPoint();
  } else if (!base::ArmCrashPoint(kCloudCrashPoints, at)) {
    return RefusalAnswer(
        400, fmt::format("There is no crash point {}; it is NAME[:N][@ACTION[/ID]].", at));
  }
  JsonWriter json;
  json.BeginObject().Field("At", at).EndObject();
  return JsonAnswer(json.Take());
}

}  // namespace cloudapi
