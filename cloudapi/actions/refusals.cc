#include "cloudapi/actions/refusals.h"

#include <algorithm>
#include <charconv>

#include "common/base/text.h"

namespace cloudapi {

extern const std::string_view kRefusalsTsv;  // made by the build

namespace {

std::vector<RefusalRow> ReadRefusals() {
  std::vector<RefusalRow> rows;
  for (const std::string_view line : base::Split(kRefusalsTsv, '\n')) {
    const auto columns = base::Split(line, '\t');
    if (columns.size() != 4 || columns[0] == "action") continue;
    const std::string_view refusal = columns[1];
    const auto space = refusal.find(' ');
    RefusalRow row{.action = std::string(columns[0]),
                   .code = std::string(refusal.substr(space + 1)),
                   .how = std::string(columns[2]),
                   .message = std::string(columns[3])};
    std::from_chars(refusal.data(), refusal.data() + space, row.status);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

const std::vector<RefusalRow>& Refusals() {
  static const std::vector<RefusalRow> rows = ReadRefusals();
  return rows;
}

const RefusalRow* FindRefusal(std::string_view action, std::string_view code, int status) {
  for (const std::string_view owner : {action, std::string_view("*")}) {
    const auto found = std::ranges::find_if(Refusals(), [&](const RefusalRow& row) {
      return row.action == owner && row.code == code && (status == 0 || row.status == status);
    });
    if (found != Refusals().end()) return &*found;
  }
  return nullptr;
}

}  // namespace cloudapi
