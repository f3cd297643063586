#pragma once
// CSI lists of any length out of pages whose size the cloud decides.
#include <fmt/format.h>

#include <algorithm>
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

inline constexpr int kLeastCloudPage = 10;
inline constexpr int kMostCloudPage = 100;

template <class Item>
struct ListedPage {
  std::vector<Item> items;
  std::string next_token;  // "ID,…@cloud token", empty on the last page
};

// How the cloud lists something.
template <class Page, class Item>
struct PagedList {
  std::string_view doing;  // "list disks"
  // At most `most` items (kLeastCloudPage to kMostCloudPage) from `token` on.
  std::function<CloudResult<Page>(const std::string& token, int most)> describe;
  std::vector<Item> Page::*items;
  std::function<bool(const Item&)> keep;  // which of them are in the list
};

// Exactly `wanted.max_entries` items (0: all) as long as there are so many. What goes or comes
// between two pages neither hides another item nor shows one twice: the token names what was listed
// of the cloud's page, fewer than kLeastCloudPage ids, since no larger page than needed is asked
// for. Errors: ABORTED for a token that the cloud does not know.
template <class Page, class Item>
Result<ListedPage<Item>> ListPages(const ControllerContext& context, const Deadline& deadline,
                                   const PageRequest& wanted, const PagedList<Page, Item>& list) {
  ListedPage<Item> page;
  std::string token = wanted.cloud_token;
  std::vector<std::string> listed = wanted.listed;  // of the cloud's page
  while (true) {
    const int left = wanted.max_entries - static_cast<int>(page.items.size());
    const int most = wanted.max_entries == 0 ? kMostCloudPage
                                             : std::clamp(left, kLeastCloudPage, kMostCloudPage);
    auto part = RetryThrottled(context.clock, deadline, list.doing,
                               [&] { return list.describe(token, most); });
    if (!part && !token.empty() && part.error().code == grpc::StatusCode::INVALID_ARGUMENT) {
      return Fail(grpc::StatusCode::ABORTED,
                  "starting_token is not known: " + part.error().message);
    }
    if (!part) return Fail(part.error());
    for (auto& item : (*part).*(list.items)) {
      if (!list.keep(item) || std::ranges::find(listed, item.id) != listed.end()) continue;
      if (wanted.max_entries != 0 &&
          page.items.size() == static_cast<std::size_t>(wanted.max_entries)) {
        page.next_token = fmt::format("{}@{}", fmt::join(listed, ","), token);
        return page;
      }
      listed.push_back(item.id);
      page.items.push_back(std::move(item));
    }
    if (part->next_token.empty()) return page;
    token = std::move(part->next_token);
    listed.clear();
  }
}

}  // namespace driver
