#pragma once
// A small catalogue for tests: two regions, zones with different offers.
#include "topology/catalogue.h"

namespace topology {

inline Catalogue SampleCatalogue() {
  const Category essd{.name = "cloud_essd",
                      .sizes = {20, 65536},
                      .levels = {{"PL0", {1, 65536}},
                                 {"PL1", {20, 65536}},
                                 {"PL2", {461, 65536}},
                                 {"PL3", {1261, 65536}}},
                      .default_level = "PL1",
                      .multi_attach = true};
  const Category ssd{.name = "cloud_ssd", .sizes = {20, 32768}};
  const Category automatic{.name = "cloud_auto", .sizes = {1, 65536}};
  const std::vector<Offer> all = {{"cloud_essd"}, {"cloud_ssd"}, {"cloud_auto"}};
  const Region hangzhou{
      .id = "cn-hangzhou",
      .id_code = "bp1",
      .zones = {{.id = "cn-hangzhou-d", .offers = all},
                {.id = "cn-hangzhou-b", .offers = all},
                {.id = "cn-hangzhou-k", .offers = {{"cloud_ssd"}}},
                {.id = "cn-hangzhou-z", .offers = {{"cloud_essd", false}, {"cloud_ssd"}}}}};
  const Region beijing{
      .id = "cn-beijing", .id_code = "2ze", .zones = {{.id = "cn-beijing-a", .offers = all}}};
  return {.regions = {hangzhou, beijing},
          .categories = {essd, ssd, automatic},
          .instance_types = {{.name = "ecs.g7.xlarge", .disk_quantity = 16}}};
}

}  // namespace topology
