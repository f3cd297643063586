#pragma once
// Key pairs: rows for the action table and functions. Source: ECS API reference, the page of each
// action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> CreateKeyPair(const WriteCall& call);
Result<Answer> ImportKeyPair(const WriteCall& call);
Result<Answer> DeleteKeyPairs(const WriteCall& call);
Result<Answer> AttachKeyPair(const WriteCall& call);
Result<Answer> DetachKeyPair(const WriteCall& call);
Result<Answer> DescribeKeyPairs(const ReadCall& call);

inline constexpr Action kLoginActions[] = {
    {.name = "AttachKeyPair", .write = AttachKeyPair},
    {.name = "CreateKeyPair", .write = CreateKeyPair},
    {.name = "DeleteKeyPairs", .write = DeleteKeyPairs},
    {.name = "DescribeKeyPairs", .read = DescribeKeyPairs},
    {.name = "DetachKeyPair", .write = DetachKeyPair},
    {.name = "ImportKeyPair", .write = ImportKeyPair},
};

}  // namespace cloudapi
