#pragma once
// A catalogue with one of each thing that rules tell apart.
#include "topology/catalogue.h"

namespace cloudapi {

inline topology::Catalogue SmallCatalogue() {
  const std::vector<topology::Offer> offers = {
      {"cloud"}, {"cloud_efficiency"}, {"cloud_ssd"}, {"cloud_essd"}, {"cloud_auto"}};
  const std::vector<std::string> categories = {"cloud",
                                               "cloud_efficiency",
                                               "cloud_ssd",
                                               "cloud_essd",
                                               "cloud_auto",
                                               "cloud_regional_disk_auto",
                                               "elastic_ephemeral_disk_standard"};
  return {.regions = {{.id = "cn-hangzhou",
                       .id_code = "bp1",
                       .zones = {{.id = "cn-hangzhou-b",
                                  .offers = offers,
                                  .instance_types = {"ecs.g7.xlarge", "ecs.c5.large"}},
                                 {.id = "cn-hangzhou-d",
                                  .offers = {{"cloud_essd"}, {"cloud_ssd", false}}}}},
                      {.id = "cn-beijing",
                       .id_code = "2ze",
                       .zones = {{.id = "cn-beijing-a", .offers = offers}}}},
          .categories = {{.name = "cloud", .sizes = {5, 2000}, .online_resize = false},
                         {.name = "cloud_efficiency", .sizes = {20, 32768}},
                         {.name = "cloud_ssd", .sizes = {20, 32768}},
                         {.name = "cloud_essd",
                          .sizes = {20, 65536},
                          .levels = {{"PL0", {1, 65536}},
                                     {"PL1", {20, 65536}},
                                     {"PL2", {461, 65536}},
                                     {"PL3", {1261, 65536}}},
                          .default_level = "PL1",
                          .multi_attach = true,
                          .instant_snapshot = true},
                         {.name = "cloud_auto",
                          .sizes = {1, 65536},
                          .multi_attach = true,
                          .instant_snapshot = true},
                         {.name = "cloud_regional_disk_auto",
                          .sizes = {10, 65536},
                          .zonal = false,
                          .multi_attach = true,
                          .instant_snapshot = true},
                         {.name = "elastic_ephemeral_disk_standard",
                          .sizes = {64, 8192},
                          .zonal = false},
                         {.name = "local_ssd_pro", .sizes = {5, 800}, .zonal = false}},
          .instance_types = {{.name = "ecs.g7.xlarge",
                              .family = "ecs.g7",
                              .cpu = 4,
                              .memory_gib = 16,
                              .disk_quantity = 3,
                              .categories = categories},
                             {.name = "ecs.c5.large",
                              .family = "ecs.c5",
                              .disk_quantity = 16,
                              .nvme = "unsupported",
                              .categories = {"cloud_ssd", "cloud_essd"}}}};
}

}  // namespace cloudapi
