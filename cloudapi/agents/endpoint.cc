#include "cloudapi/agents/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/base/blocking.h"
#include "cloudapi/base/crash_points.h"

namespace cloudapi {
namespace {

// How soon the follower notices that the endpoint ends.
constexpr std::chrono::milliseconds kFollowSlice{500};

HttpResponse Json(int status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

HttpResponse Refused(int status, std::string_view why) {
  return Json(status, nlohmann::json({{"error", why}})
                          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

HttpResponse Refused(const ApiError& error) {
  return Refused(error.http_status, error.message);
}

std::optional<WantedDisk> WantedOf(const Disk& disk, const InstanceKey& instance) {
  for (const Attachment& attachment : disk.attachments) {
    if (attachment.instance_id != instance.id) continue;
    if (attachment.state == AttachmentState::kDetaching) return std::nullopt;
    // A device made now has the whole size; one that is there grows with the guest's.
    const bool attached = attachment.state == AttachmentState::kAttached;
    return WantedDisk{.disk = disk.id,
                      .serial = SerialNumber(disk.id),
                      .image = DiskImage(disk.id, disk.generation),
                      .generation = disk.generation,
                      .bytes = (attached ? disk.guest_size_gib : disk.size_gib) * kBytesPerGiB,
                      .shared = disk.multi_attach};
  }
  return std::nullopt;
}

}  // namespace

AgentEndpoint::AgentEndpoint(AgentEndpointParts parts)
    : parts_(std::move(parts)),
      follower_([follower =
                     Follower(parts_.store, parts_.sessions)](const std::stop_token& stop) mutable {
        while (!stop.stop_requested() && follower.FollowOnce(kFollowSlice)) {
        }
      }) {}

AgentEndpoint::~AgentEndpoint() {
  parts_.sessions.Stop();
}

HttpResponse AgentEndpoint::Handle(const HttpRequest& request) {
  std::string_view rest = request.path;
  if (!rest.starts_with(kAgentPrefix))
    return Refused(404, fmt::format("There is no {}.", request.path));
  rest.remove_prefix(kAgentPrefix.size());
  constexpr std::string_view kObserved = "/observed";
  const bool observed = rest.ends_with(kObserved);
  if (observed) rest.remove_suffix(kObserved.size());
  const std::string id(rest);
  if (!IsInstanceId(id)) return Refused(404, fmt::format("{} is no instance id.", id));
  if (request.method == "POST" && !observed) return Register(id, request);
  if (request.method != (observed ? "POST" : "GET")) {
    return Refused(405, fmt::format("{} is not served here.", request.method));
  }
  const std::string session = request.query.StringOr("session", "");
  const auto instance = AgentSessions::InstanceOf(id, session);
  if (!instance || !parts_.sessions.IsCurrent(*instance, session)) {
    return NoSession(instance.value_or(InstanceKey{.account = "", .id = id}));
  }
  return observed ? Observe(*instance, request) : Poll(*instance, request);
}

HttpResponse AgentEndpoint::NoSession(const InstanceKey& instance) {
  if (parts_.sessions.Has(instance)) {
    return Refused(409, fmt::format("A newer agent took over instance {}.", instance.id));
  }
  return Refused(410, fmt::format("Instance {} has no such session; register again.", instance.id));
}

std::string AgentEndpoint::RefusalOf(const Registration& registration) const {
  if (!registration.refusal.empty()) return registration.refusal;
  if (registration.proof == parts_.blocks.Proof()) return "";
  return fmt::format("the agent does not see the cloud's blocks folder {}",
                     parts_.blocks.Folder().string());
}

// The instance's row follows what the node says of itself.
Result<Instance> AgentEndpoint::Admit(const InstanceKey& key, const Registration& registration) {
  const auto catalogue = parts_.catalogue.Get();
  // Without images every disk is virtual, so there is nothing that an agent could report.
  const bool images = parts_.blocks.Method() != "none";
  return parts_.store.Write("agent", [&](Tx& tx) {
    return AdmitInstance(tx, *catalogue,
                         {.account = key.account,
                          .id = key.id,
                          .zone = registration.zone,
                          .type = registration.instance_type,
                          .name = registration.name,
                          .is_node = true,
                          .has_agent = images,
                          .agent_refusal = images ? RefusalOf(registration) : "",
                          .machine = images ? registration.machine : ""});
  });
}

HttpResponse AgentEndpoint::Register(const std::string& id, const HttpRequest& request) {
  const auto registration = ParseRegistration(request.body);
  if (!registration) return Refused(400, "The registration is malformed.");
  const InstanceKey key{.account = parts_.account_of(registration->access_key_id), .id = id};
  const auto instance = Admit(key, *registration);
  if (!instance) return Refused(instance.error());
  const bool images = parts_.blocks.Method() != "none";
  return Json(200, ToJson(Registered{
                       .session = parts_.sessions.Open(key, registration->session),
                       .account = key.account,
                       .region = instance->region,
                       .refusal = images ? RefusalOf(*registration)
                                         : "the cloud runs without images: disks are virtual"}));
}

Result<WantedSet> AgentEndpoint::Wanted(const InstanceKey& instance, std::int64_t revision) {
  const auto catalogue = parts_.catalogue.Get();
  auto wanted = parts_.store.Read([&](View& view) -> Result<WantedSet> {
    WantedSet set{.revision = revision};
    const std::optional<Instance> row = view.Find<Instance>(instance.account, "", instance.id);
    if (!row || !row->has_agent) return set;
    const auto* type = catalogue->FindInstanceType(row->type);
    const bool nvme = type != nullptr && type->nvme == "required";
    for (const Disk& disk : view.DataDisksOf(*row)) {
      auto entry = WantedOf(disk, instance);
      if (!entry) continue;
      entry->nvme = nvme;
      set.disks.push_back(std::move(*entry));
    }
    return set;
  });
  if (!wanted) return wanted;
  for (WantedDisk& disk : wanted->disks) {
    // A resize is in the row before it is in the image; the job that grows it asks to read again.
    disk.bytes = std::min(disk.bytes, parts_.blocks.Size(disk.image));
    disk.flush = parts_.sessions.FlushTicket(instance, disk.disk);
    disk.freeze = parts_.sessions.FreezeTicket(instance, disk.disk);
  }
  return wanted;
}

HttpResponse AgentEndpoint::Poll(const InstanceKey& instance, const HttpRequest& request) {
  const std::int64_t after = request.query.Integer("after").value_or(0);
  const std::int64_t longest = kLongestPoll.count();
  const std::chrono::milliseconds wait(
      std::clamp<std::int64_t>(request.query.Integer("waitMs").value_or(longest), 0, longest));
  std::int64_t revision = 0;
  {
    const BlockingScope blocking(BlockingScope::Why::kLongPoll);
    revision = parts_.sessions.Poll(instance, after, parts_.env.Steady() + wait);
  }
  if (revision == 0) return NoSession(instance);
  const auto wanted = Wanted(instance, revision);
  if (!wanted) return Refused(wanted.error());
  parts_.sessions.Answered(instance, *wanted);
  const base::CrashScope scope([&] {
    base::CrashSubjects subjects = {{"poll", ""}, {"poll", instance.id}};
    for (const auto& disk : wanted->disks) subjects.push_back({"poll", disk.disk});
    return subjects;
  });
  CrashPoint("agents.before-answer");
  return Json(200, ToJson(*wanted));
}

HttpResponse AgentEndpoint::Observe(const InstanceKey& instance, const HttpRequest& request) {
  const auto observed = ParseObservedSet(request.body);
  if (!observed) return Refused(400, "The report is malformed.");
  parts_.sessions.Report(instance, *observed);
  return Json(200, "{}");
}

}  // namespace cloudapi
