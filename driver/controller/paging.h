#pragma once
// CSI lists of any length out of pages whose size the cloud decides.
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/result.h"
#include "driver/cloud/retry.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/requests.h"

namespace driver {

inline constexpr int kCloudPageSize = 100;

template <class Item>
struct ListedPage {
  std::vector<Item> items;
  std::string next_token;  // "offset@cloud token", empty on the last page
};

// How the cloud lists something.
template <class Page, class Item>
struct PagedList {
  std::string_view doing;  // "list disks"
  // At most kCloudPageSize items from `token` on.
  std::function<CloudResult<Page>(const std::string& token)> describe;
  std::vector<Item> Page::*items;
  std::function<bool(const Item&)> keep;  // which of them are in the list
};

// Exactly `wanted.max_entries` items (0: all) as long as there are so many. The offset of a token
// counts kept and dropped items alike, so it stays good while later items change.
// Errors: ABORTED for a token that the cloud does not know.
template <class Page, class Item>
Result<ListedPage<Item>> ListPages(const ControllerContext& context, const Deadline& deadline,
                                   const PageRequest& wanted, const PagedList<Page, Item>& list) {
  ListedPage<Item> listed;
  std::string token = wanted.cloud_token;
  std::size_t offset = wanted.offset;
  const auto most = static_cast<std::size_t>(wanted.max_entries);
  while (true) {
    auto page =
        RetryThrottled(context.clock, deadline, list.doing, [&] { return list.describe(token); });
    if (!page && !token.empty() && page.error().code == grpc::StatusCode::INVALID_ARGUMENT) {
      return Fail(grpc::StatusCode::ABORTED,
                  "starting_token is not known: " + page.error().message);
    }
    if (!page) return Fail(page.error());
    auto& items = (*page).*(list.items);
    for (; offset < items.size(); ++offset) {
      if (!list.keep(items[offset])) continue;
      if (most != 0 && listed.items.size() == most) {
        listed.next_token = std::to_string(offset) + "@" + token;
        return listed;
      }
      listed.items.push_back(std::move(items[offset]));
    }
    if (page->next_token.empty()) return listed;
    token = std::move(page->next_token);
    offset = 0;
  }
}

}  // namespace driver
