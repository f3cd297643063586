#pragma once
// How one logs in to an instance whose system disk is made anew: Password, KeyPairName,
// PasswordInherit and SecurityEnhancementStrategy. No guest runs here, so they are checked only.
#include "cloudapi/actions/action.h"

namespace cloudapi {

// Of the three that the action declares. Errors: 400 InvalidPassword.Malformed,
// InvalidPasswordParam.Mismatch (more than one way); 404 InvalidKeyPair.NotFound.
Result<void> CheckLogin(const WriteCall& call);
// The Password alone. Errors: 400 InvalidPassword.Malformed.
Result<void> CheckPassword(const Arguments& args);

}  // namespace cloudapi
