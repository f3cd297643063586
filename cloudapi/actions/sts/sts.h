#pragma once
// STS 2015-04-01: who calls, and credentials of a role. Roles are not kept here: every role of an
// account that the cloud knows exists, and trusts every caller.
// Source: STS API reference, GetCallerIdentity and AssumeRole.
#include "cloudapi/actions/action.h"
#include "cloudapi/base/result.h"

namespace cloudapi {

Result<Answer> AssumeRole(const WriteCall& call);
Result<Answer> GetCallerIdentity(const ReadCall& call);

// The number that stands for an account in Arns: 16 digits made of its name, unless the name is a
// number itself.
std::string AccountNumber(std::string_view account);

inline constexpr Action kStsActions[] = {
    {.name = "AssumeRole", .write = AssumeRole},
    {.name = "GetCallerIdentity", .read = GetCallerIdentity},
};

}  // namespace cloudapi
