#pragma once
// Whether answers have exactly the members of responses.tsv. For tests.
#include <string>
#include <string_view>
#include <vector>

namespace cloudapi {

// What is wrong with the answer to `action`, a line each: members that the table does not have, of
// another type, or missing. `members` is Answer::members.
std::vector<std::string> ShapeProblems(std::string_view action, std::string_view members);

}  // namespace cloudapi
