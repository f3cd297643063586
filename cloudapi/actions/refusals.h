#pragma once
// refusals.tsv: the refusals of every action, and how each comes about.
#include <string>
#include <string_view>
#include <vector>

namespace cloudapi {

struct RefusalRow {
  std::string action;  // "*": every action has it
  int status = 0;
  std::string code;
  std::string how;      // empty: the action answers it | "rule" | "as 403 ParameterInvalid"
  std::string message;  // of rows that only a fault rule answers
};

// The `rule` of refusals that a fault rule made, never an action.
inline constexpr std::string_view kFaultRule = "fault";
// `how` of rows whose situation does not come about here.
inline constexpr std::string_view kByRule = "rule";

const std::vector<RefusalRow>& Refusals();
// The row of the action with that code, else that of every action, else null. A code that the
// action has with several statuses: the first, or the one with `status` where it is not 0.
const RefusalRow* FindRefusal(std::string_view action, std::string_view code, int status = 0);

}  // namespace cloudapi
