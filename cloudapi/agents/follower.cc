#include "cloudapi/agents/follower.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace cloudapi {

bool Follower::FollowOnce(std::chrono::milliseconds at_most) {
  const auto revision = store_.WaitForChanges(after_, at_most);
  if (!revision) return false;
  if (*revision == after_) return true;
  const ChangeBatch batch = store_.ChangesAfter(after_);
  after_ = batch.revision;
  if (batch.resynchronise) {
    sessions_.WakeAll();
  } else if (sessions_.Any()) {
    WakeHolders(batch.changes);
  }
  return true;
}

// The agents that shall hold or still hold one of the disks that changed.
void Follower::WakeHolders(const std::vector<Change>& changes) {
  std::set<std::pair<std::string, std::string>> disks;  // account, id
  for (const Change& change : changes) {
    if (change.kind == &KindOf<Disk>()) disks.emplace(change.account, change.id);
  }
  if (disks.empty()) return;
  std::set<InstanceKey> holders;
  const auto read = store_.Read([&](View& view) -> Result<void> {
    for (const auto& [account, id] : disks) {
      const std::optional<Disk> disk = view.Find<Disk>(account, "", id);
      if (!disk || IsSystem(*disk)) continue;
      for (const Attachment& attachment : disk->attachments) {
        holders.insert({.account = account, .id = attachment.instance_id});
      }
    }
    return {};
  });
  if (!read) {  // broken: they all read again
    sessions_.WakeAll();
    return;
  }
  for (const auto& [account, id] : disks) holders.merge(sessions_.Holders(account, id));
  for (const InstanceKey& holder : holders) sessions_.Wake(holder);
}

}  // namespace cloudapi
