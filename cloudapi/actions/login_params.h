#pragma once
// How one logs in to an instance whose system disk is made anew: Password, KeyPairName,
// PasswordInherit and SecurityEnhancementStrategy. No guest runs here, so they are checked only.
#include "cloudapi/actions/arguments.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

// Of the three that the action declares. Errors: 400 InvalidPassword.Malformed,
// InvalidPasswordParam.Mismatch (more than one way); 404 InvalidKeyPair.NotFound (there are none).
Result<void> CheckLogin(const Arguments& args);

}  // namespace cloudapi
