#include "driver/lint/manifests.h"

#include <gtest/gtest.h>

namespace driver {
namespace {

const LintRules kLint{.driver_name = "diskplugin.csi.alibabacloud.com", .region = "cn-hangzhou"};

std::string StorageClass(const std::string& rest) {
  return "apiVersion: storage.k8s.io/v1\n"
         "kind: StorageClass\n"
         "metadata: {name: fast}\n"
         "provisioner: diskplugin.csi.alibabacloud.com\n" +
         rest;
}

struct LintCase {
  std::string name;
  std::string text;
  std::vector<std::string> findings;
  int objects = 1;
};

class LintTest : public testing::TestWithParam<LintCase> {};

TEST_P(LintTest, GivenManifestsWhenCheckedThenEachFaultIsALine) {
  const auto report = CheckManifests("a.yaml", GetParam().text, kLint);
  EXPECT_EQ(report.findings, GetParam().findings);
  EXPECT_EQ(report.objects, GetParam().objects);
}

INSTANTIATE_TEST_SUITE_P(
    Table, LintTest,
    testing::Values(
        LintCase{"Good", StorageClass("parameters: {type: cloud_essd, encrypted: \"true\"}\n"), {}},
        LintCase{"NoParameters", StorageClass(""), {}},
        LintCase{
            "EveryFault",
            StorageClass("parameters:\n"
                         "  type: \"cloud_essd, cloud_ssd\"\n"
                         "  encrypted: true\n"
                         "  provisionedIops: 10\n"
                         "  readOnly: \"true\"\n"
                         "  regionId: cn-beijing\n"),
            {"a.yaml:7: StorageClass fast: parameter encrypted is no string: write it in quotes",
             "a.yaml:8: StorageClass fast: parameter provisionedIops is no string: write it in "
             "quotes",
             "a.yaml:1: StorageClass fast: parameter regionId is cn-beijing, but this driver "
             "serves cn-hangzhou",
             "a.yaml:1: StorageClass fast: parameter type has a space in its list; write "
             "\"a,b\"",
             "a.yaml:1: StorageClass fast: parameter readOnly has no effect"}},
        LintCase{"Twice",
                 StorageClass("parameters:\n  type: cloud_essd\n  type: cloud_ssd\n"),
                 {"a.yaml:7: StorageClass fast: parameter type stands twice"}},
        LintCase{
            "ZonesApart",
            StorageClass("parameters: {zoneId: \"cn-hangzhou-b\"}\n"
                         "allowedTopologies:\n"
                         "- matchLabelExpressions:\n"
                         "  - key: topology.diskplugin.csi.alibabacloud.com/zone\n"
                         "    values: [cn-hangzhou-d]\n"),
            {"a.yaml:1: StorageClass fast: zoneId and allowedTopologies have no zone in common"}},
        LintCase{"ZoneLeftOpen",
                 StorageClass("parameters: {zoneId: \"cn-hangzhou-b\"}\n"
                              "allowedTopologies:\n"
                              "- matchLabelExpressions: [{key: rack, values: [r1]}]\n"),
                 {}},
        LintCase{"ForeignDriver",
                 "kind: StorageClass\nprovisioner: nas.csi.example\nparameters: {x: \"1\"}\n",
                 {},
                 0},
        LintCase{
            "SnapshotClass",
            "---\nkind: VolumeSnapshotClass\nmetadata: {name: cut}\n"
            "driver: diskplugin.csi.alibabacloud.com\n"
            "parameters: {retentionDays: week, forceDelete: \"true\"}\n",
            {"a.yaml:2: VolumeSnapshotClass cut: parameter forceDelete has no effect",
             "a.yaml:2: VolumeSnapshotClass cut: parameter retentionDays is not a whole number "
             "of at least 0"}},
        LintCase{"GroupSnapshotClass",
                 "kind: VolumeGroupSnapshotClass\nmetadata: {name: cut}\n"
                 "driver: diskplugin.csi.alibabacloud.com\n"
                 "parameters: {retentionDays: \"7\", snapshotTags/a: b}\n",
                 {"a.yaml:1: VolumeGroupSnapshotClass cut: parameter retentionDays: groups of "
                  "snapshots are kept for ever"}},
        LintCase{"AttributesClassInAList",
                 "kind: List\nitems:\n- kind: VolumeAttributesClass\n  metadata: {name: big}\n"
                 "  driverName: diskplugin.csi.alibabacloud.com\n  parameters: {zoneId: x}\n",
                 {"a.yaml:3: VolumeAttributesClass big: parameter zoneId cannot stand in a "
                  "VolumeAttributesClass"}},
        LintCase{
            "NotYaml", "kind: [\n", {"a.yaml:2: is not YAML: end of sequence flow not found"}, 0},
        LintCase{"NoObject", "just words\n", {"a.yaml:1: is no Kubernetes object"}, 0},
        LintCase{"PatchOfKustomize", "- op: add\n  path: /a\n", {}, 0},
        LintCase{"Empty", "---\n---\n", {}, 0}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace driver
