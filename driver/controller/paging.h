#pragma once
// CSI lists of any length out of pages whose size the cloud decides.
#include <string>
#include <utility>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/requests.h"

namespace driver {

inline constexpr int kCloudPageSize = 100;

template <class Item>
struct ListedPage {
  std::vector<Item> items;
  std::string next_token;  // "offset@cloud token", empty on the last page
};

// Collects exactly `wish.max_entries` items (0: all) that `keep` accepts. `fetch(cloud_token)`
// answers a Result of {vector of items, next cloud token}. The offset counts kept and dropped items
// alike, so a token stays good while later items change.
template <class Item, class Fetch, class Keep>
Result<ListedPage<Item>> CollectPage(const PageWish& wish, Fetch&& fetch, Keep&& keep) {
  ListedPage<Item> listed;
  std::string cloud_token = wish.cloud_token;
  std::size_t offset = wish.offset;
  const auto wanted = static_cast<std::size_t>(wish.max_entries);
  while (true) {
    auto page = fetch(cloud_token);
    if (!page) return Fail(page.error());
    auto& [items, next] = *page;
    for (; offset < items.size(); ++offset) {
      if (!keep(items[offset])) continue;
      if (wanted != 0 && listed.items.size() == wanted) {
        listed.next_token = std::to_string(offset) + "@" + cloud_token;
        return listed;
      }
      listed.items.push_back(std::move(items[offset]));
    }
    if (next.empty()) return listed;
    cloud_token = std::move(next);
    offset = 0;
  }
}

}  // namespace driver
