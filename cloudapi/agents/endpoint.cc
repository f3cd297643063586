#include "cloudapi/agents/endpoint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cloudapi/base/blocking.h"
#include "cloudapi/base/crash.h"

namespace cloudapi {
namespace {

constexpr std::size_t kLongestInstanceId = 64;
constexpr std::chrono::milliseconds kFollowSlice{500};  // how soon the follower notices the end

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

tl::unexpected<ApiError> Refusal(int status, std::string message) {
  return Fail(ApiError{.http_status = status,
                       .code = "AgentRefused",
                       .message = std::move(message),
                       .rule = "agent.register"});
}

bool IsInstanceId(std::string_view id) {
  return id.starts_with("i-") && id.size() > 2 && id.size() <= kLongestInstanceId &&
         std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-';
         });
}

// Whether a change can move a disk to or from an instance, or change its device.
bool ConcernsAgents(const Change& change) {
  if (change.kind != Kind::kDisk) return false;
  for (const std::string_view status : {"Attaching", "In_use", "Detaching"}) {
    const std::string member = "\"Status\":\"" + std::string(status) + "\"";
    if (change.before.find(member) != std::string::npos ||
        change.after.find(member) != std::string::npos) {
      return true;
    }
  }
  return false;
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

// The instance as registered. Nothing: unknown zone or type.
std::optional<Instance> NewInstance(const InstanceKey& key, const Registration& registration,
                                    const topology::Catalogue& catalogue) {
  const topology::Region* region = catalogue.RegionOf(registration.zone);
  const topology::InstanceType* type = catalogue.FindInstanceType(registration.instance_type);
  if (region == nullptr || type == nullptr) return std::nullopt;
  return Instance{.id = key.id,
                  .account = key.account,
                  .region = region->id,
                  .zone = registration.zone,
                  .status = InstanceStatus::kRunning,
                  .type = type->name,
                  .name = registration.name.empty() ? key.id : registration.name,
                  .host_name = registration.name.empty() ? key.id : registration.name};
}

}  // namespace

AgentEndpoint::AgentEndpoint(AgentEndpointParts parts)
    : parts_(std::move(parts)), follower_([this](const std::stop_token& stop) { Follow(stop); }) {}

AgentEndpoint::~AgentEndpoint() {
  parts_.sessions.Stop();
}

HttpResponse AgentEndpoint::Handle(const HttpRequest& request) {
  std::string_view rest = request.path;
  if (!rest.starts_with(kAgentPrefix)) return Refused(404, "no such path: " + request.path);
  rest.remove_prefix(kAgentPrefix.size());
  constexpr std::string_view kObserved = "/observed";
  const bool observed = rest.ends_with(kObserved);
  if (observed) rest.remove_suffix(kObserved.size());
  const std::string id(rest);
  if (!IsInstanceId(id)) return Refused(404, "not an instance id: " + id);
  if (request.method == "POST" && !observed) return Register(id, request);
  if (request.method != (observed ? "POST" : "GET")) {
    return Refused(405, request.method + " is not served here");
  }
  const auto instance = parts_.sessions.Find(id, request.query.StringOr("session", ""));
  if (!instance) return NoSession(id);
  return observed ? Observe(*instance, request) : Poll(*instance, request);
}

HttpResponse AgentEndpoint::NoSession(const std::string& id) {
  if (parts_.sessions.Has(id)) return Refused(409, "a newer agent took over instance " + id);
  return Refused(410, "instance " + id + " has no such session; register again");
}

std::string AgentEndpoint::RefusalOf(const Registration& registration) const {
  if (!registration.refusal.empty()) return registration.refusal;
  if (registration.proof == parts_.blocks.Proof()) return "";
  return "the agent does not see the cloud's blocks folder " + parts_.blocks.Folder().string();
}

// Creates or updates the row. Answers the region.
Result<std::string> AgentEndpoint::Admit(const InstanceKey& key, const Registration& registration) {
  const auto catalogue = parts_.catalogue.Get();
  const std::optional<Instance> fresh = NewInstance(key, registration, *catalogue);
  if (!fresh) {
    return Refusal(404, "zone " + registration.zone + " or instance type " +
                            registration.instance_type + " is not in the catalogue");
  }
  const bool images = parts_.blocks.Method() != "none";
  return parts_.store.Write("agent", [&](Tx& tx) -> Result<std::string> {
    const std::optional<Instance> former = tx.FindInstance(key.account, "", key.id);
    Instance next = former.value_or(*fresh);
    const bool moved =
        next.region != fresh->region || next.zone != fresh->zone || next.type != fresh->type;
    if (former && moved && tx.CountAttachments(*former) > 0) {
      return Refusal(409, "instance " + key.id + " is a " + former->type + " in " + former->zone +
                              " with disks attached; it cannot become a " + fresh->type + " in " +
                              fresh->zone);
    }
    if (former && next.region != fresh->region) tx.Erase(*former);
    next.region = fresh->region;
    next.zone = fresh->zone;
    next.type = fresh->type;
    next.name = fresh->name;
    next.host_name = fresh->host_name;
    if (!former) {
      next.creation_time = tx.Now();
      next.seq = tx.NextSeq();
    }
    // Without images every disk is virtual, so there is nothing that an agent could report.
    next.has_agent = images;
    next.agent_refusal = images ? RefusalOf(registration) : "";
    if (!former || next != *former) tx.Put(next);
    return next.region;
  });
}

HttpResponse AgentEndpoint::Register(const std::string& id, const HttpRequest& request) {
  const auto registration = ParseRegistration(request.body);
  if (!registration) return Refused(400, "malformed registration");
  const InstanceKey key{.account = parts_.account_of(registration->access_key_id), .id = id};
  const auto region = Admit(key, *registration);
  if (!region) return Refused(region.error());
  const bool images = parts_.blocks.Method() != "none";
  return Json(200, ToJson(Registered{
                       .session = parts_.sessions.Open(key, registration->session),
                       .account = key.account,
                       .region = *region,
                       .refusal = images ? RefusalOf(*registration)
                                         : "the cloud runs without images: disks are virtual"}));
}

Result<WantedSet> AgentEndpoint::Wanted(const InstanceKey& instance, std::int64_t revision) {
  auto wanted = parts_.store.Write("agent", [&](Tx& tx) -> Result<WantedSet> {
    WantedSet set{.revision = revision};
    const std::optional<Instance> row = tx.FindInstance(instance.account, "", instance.id);
    if (!row || !row->has_agent) return set;
    for (const Disk& disk : tx.DisksOfInstance(*row)) {
      const auto entry = WantedOf(disk, instance);
      if (entry) set.disks.push_back(*entry);
    }
    return set;
  });
  if (!wanted) return wanted;
  for (WantedDisk& disk : wanted->disks) {
    // A resize is in the row before it is in the image; the job that grows it asks to read again.
    disk.bytes = std::min(disk.bytes, parts_.blocks.Size(disk.image));
    disk.flush = parts_.sessions.FlushTicket(instance, disk.disk);
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
  if (revision == 0) return NoSession(instance.id);
  const auto wanted = Wanted(instance, revision);
  if (!wanted) return Refused(wanted.error());
  parts_.sessions.Answered(instance, *wanted);
  CrashPoint("agents.before-answer");
  return Json(200, ToJson(*wanted));
}

HttpResponse AgentEndpoint::Observe(const InstanceKey& instance, const HttpRequest& request) {
  const auto observed = ParseObservedSet(request.body);
  if (!observed) return Refused(400, "malformed report");
  parts_.sessions.Report(instance, *observed);
  return Json(200, "{}");
}

void AgentEndpoint::Follow(const std::stop_token& stop) {
  std::int64_t after = parts_.store.Revision();
  while (!stop.stop_requested()) {
    const auto deadline = parts_.env.Steady() + kFollowSlice;
    const std::int64_t revision = parts_.store.WaitForChanges(after, deadline);
    if (revision == after) {
      if (parts_.env.Steady() < deadline) return;  // the store ends all waits
      continue;
    }
    const ChangeBatch batch = parts_.store.ChangesAfter(after);
    after = batch.revision;
    if (batch.resynchronise) {
      parts_.sessions.NudgeAll();
    } else if (parts_.sessions.Any()) {
      NudgeHolders(batch.changes);
    }
  }
}

// The agents that shall hold or still hold one of the disks that changed.
void AgentEndpoint::NudgeHolders(const std::vector<Change>& changes) {
  std::set<std::pair<std::string, std::string>> disks;  // account, id
  for (const Change& change : changes) {
    if (ConcernsAgents(change)) disks.emplace(change.account, change.id);
  }
  if (disks.empty()) return;
  std::set<InstanceKey> holders;
  const auto read = parts_.store.Write("agent", [&](Tx& tx) -> Result<void> {
    for (const auto& [account, id] : disks) {
      const std::optional<Disk> disk = tx.FindDisk(account, "", id);
      if (!disk) continue;
      for (const Attachment& attachment : disk->attachments) {
        holders.insert({.account = account, .id = attachment.instance_id});
      }
    }
    return {};
  });
  if (!read) {  // overloaded: they all read again
    parts_.sessions.NudgeAll();
    return;
  }
  for (const auto& [account, id] : disks) holders.merge(parts_.sessions.Holders(account, id));
  for (const InstanceKey& holder : holders) parts_.sessions.Nudge(holder);
}

}  // namespace cloudapi
