#include "common/kube/events.h"

#include <fmt/core.h>

#include <ctime>

#include "common/base/text.h"
#include "common/base/time.h"

namespace kube {
namespace {

constexpr std::size_t kLongestMessage = 1024;  // bytes; core/v1 Event, ValidateEvent
constexpr std::size_t kLongestName = 200;      // of the object, within the event's 253

// Events of objects without a namespace are kept in "default".
std::string NamespaceOf(const EventReport& report) {
  return report.about.name_space.empty() ? "default" : report.about.name_space;
}

std::string Cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  // Not inside a UTF-8 sequence.
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  text.resize(most);
  return text;
}

std::string NameOf(const EventReport& report) {
  const auto said = fmt::format("{}\n{}\n{}\n{}\n{}", report.uid, report.reason, report.message,
                                report.component, report.host);
  return fmt::format("{}.{:016x}", report.about.name.substr(0, kLongestName),
                     base::StableHash(said));
}

}  // namespace

Json ToEvent(const EventReport& report) {
  Json about = {{"apiVersion", report.about.kind.group_version},
                {"kind", report.kind},
                {"name", report.about.name}};
  if (!report.about.name_space.empty()) about["namespace"] = report.about.name_space;
  if (!report.uid.empty()) about["uid"] = report.uid;
  Json source = {{"component", report.component}};
  if (!report.host.empty()) source["host"] = report.host;
  return {{"apiVersion", "v1"},
          {"kind", "Event"},
          {"metadata", {{"name", NameOf(report)}, {"namespace", NamespaceOf(report)}}},
          {"involvedObject", about},
          {"type", report.warning ? "Warning" : "Normal"},
          {"reason", report.reason},
          {"message", Cut(report.message, kLongestMessage)},
          {"source", source},
          {"reportingComponent", report.component},
          {"reportingInstance", report.host},
          {"firstTimestamp", base::FormatTime(report.created_at)},
          {"lastTimestamp", base::FormatTime(report.created_at)},
          {"count", 1}};
}

Result<void> Report(Api& api, const EventReport& report, Patience patience) {
  Ref place{.kind = kEvents, .name_space = NamespaceOf(report)};
  const auto created = api.Create(place, ToEvent(report), patience);
  if (created) return {};
  if (created.error().reason != "AlreadyExists") return Fail(created.error());
  place.name = NameOf(report);
  const auto known = api.Get(place, patience);
  if (!known) return Fail(known.error());
  const auto count = known->value("count", 1);
  const auto counted = api.Patch(
      place, PatchKind::kMerge,
      {{"count", count + 1}, {"lastTimestamp", base::FormatTime(report.created_at)}}, patience);
  if (!counted) return Fail(counted.error());
  return {};
}

}  // namespace kube
