#include "cloudapi/actions/find_image.h"

#include <fmt/format.h>

#include "cloudapi/actions/find.h"

namespace cloudapi {

Result<std::optional<MachineImage>> FindImage(const WriteCall& call, const std::string& id) {
  auto image = call.tx.Find<MachineImage>(call.caller.account, call.caller.region, id);
  if (!image && !call.tx.WasDeleted(call.caller.account, id)) return std::optional<MachineImage>();
  if (!image) {
    return Refuse(404, kNotFound<MachineImage>, "image.exists",
                  fmt::format("The image {} was deleted.", id), {{"image", id}});
  }
  if (image->status == ImageStatus::kAvailable) return image;
  return Refuse(403, "IncorrectImageStatus", "image.status",
                fmt::format("Image {} is {}.", id, WordOf(image->status)),
                {{"image.status", std::string(WordOf(image->status))}});
}

Result<std::string> NewestOfFamily(const WriteCall& call, const std::string& family) {
  const Page newest = call.tx.List(
      {.kind = &KindOf<MachineImage>(),
       .account = call.caller.account,
       .region = call.caller.region,
       .conditions = {where::Is{"family", family},
                      where::Is{"status", std::string(WordOf(ImageStatus::kAvailable))}},
       .row = "o.id"},
      {.limit = 1});
  if (newest.count == 1) return newest.documents;
  return Refuse(404, "InvalidImageFamily.NotFound", "image.family",
                fmt::format("There is no image of the family {}.", family), {{"family", family}});
}

}  // namespace cloudapi
