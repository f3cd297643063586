#pragma once
// The custom image that a call names, and what the disks of an instance get from it.
#include <optional>
#include <string>

#include "cloudapi/actions/action.h"
#include "cloudapi/store/tx.h"

namespace cloudapi {

// The image of the account with that id; nullopt for an id of none, which is taken for one of the
// service's own images, whose disks are blank. Errors: 404 InvalidImageId.NotFound (deleted); 403
// IncorrectImageStatus (not Available).
Result<std::optional<MachineImage>> FindImage(const WriteCall& call, const std::string& id);
// The newest usable one of the family. Errors: 404 InvalidImageFamily.NotFound.
Result<std::string> NewestOfFamily(const WriteCall& call, const std::string& family);

}  // namespace cloudapi
