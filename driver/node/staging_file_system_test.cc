#include "driver/node/staging_file_system.h"

#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

struct ChoiceCase {
  std::string name;
  Content content;
  FileSystemRequest wish;
  FileSystemChoice expected;  // of type "": refused
};

class ChooseFileSystemTest : public testing::TestWithParam<ChoiceCase> {};

TEST_P(ChooseFileSystemTest, GivenContentWhenChosenThenChoice) {
  const auto choice = ChooseFileSystem("/dev/vdb", GetParam().content, GetParam().wish);
  if (GetParam().expected.fs_type.empty()) {
    EXPECT_EQ(CodeOf(choice), StatusCode::FAILED_PRECONDITION);
    return;
  }
  ASSERT_TRUE(choice) << MessageOf(choice);
  EXPECT_EQ(*choice, GetParam().expected);
}

const Content kEmpty{.kind = ContentKind::kEmpty};
const Content kXfs{.kind = ContentKind::kFormatted, .type = "xfs"};
const Content kUnfinished{.kind = ContentKind::kUnfinished, .type = "xfs"};

INSTANTIATE_TEST_SUITE_P(
    Contents, ChooseFileSystemTest,
    testing::Values(
        ChoiceCase{"EmptyDefault", kEmpty, {}, {"ext4", true, true}},
        ChoiceCase{"EmptyXfs", kEmpty, {.fs_type = "xfs"}, {"xfs", true, true}},
        ChoiceCase{"EmptyExt3", kEmpty, {.fs_type = "ext3"}, {"ext3", true, true}},
        ChoiceCase{"EmptyBlank", kEmpty, {.blank = true}, {"ext4", true, false}},
        ChoiceCase{"EmptyReadOnly", kEmpty, {.read_only = true}, {}},
        ChoiceCase{"EmptyUnserved", kEmpty, {.fs_type = "btrfs"}, {}},
        ChoiceCase{"Same", kXfs, {.fs_type = "xfs"}, {"xfs"}},
        ChoiceCase{"WhateverIsThere", kXfs, {}, {"xfs"}},
        ChoiceCase{"ThereAndBlank", kXfs, {.blank = true}, {"xfs"}},
        ChoiceCase{"Other", kXfs, {.fs_type = "ext4"}, {}},
        ChoiceCase{"OtherThoughBlank", kXfs, {.fs_type = "ext4", .blank = true}, {}},
        ChoiceCase{"Unserved", {.kind = ContentKind::kFormatted, .type = "vfat"}, {}, {}},
        ChoiceCase{"PartitionTable", {.kind = ContentKind::kOther, .type = "gpt"}, {}, {}},
        ChoiceCase{"PartitionTableBlank",
                   {.kind = ContentKind::kOther, .type = "gpt"},
                   {.blank = true},
                   {}},
        ChoiceCase{"Ambivalent", {.kind = ContentKind::kAmbivalent}, {.blank = true}, {}},
        ChoiceCase{"UnfinishedBlank",
                   kUnfinished,
                   {.fs_type = "xfs", .blank = true},
                   {"xfs", true, false}},
        ChoiceCase{"Unfinished", kUnfinished, {.fs_type = "xfs"}, {}}),
    [](const auto& tested) { return tested.param.name; });

class PrepareFileSystemTest : public StagingFixture {};

TEST_F(PrepareFileSystemTest, GivenUnknownBytesWhenPreparedThenRefusesNamingTheDevice) {
  host_.Device(kNode).ends_zero = false;
  const auto prepared = PrepareFileSystem(host_, kNode, {}, false);
  EXPECT_EQ(CodeOf(prepared), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(MessageOf(prepared), testing::HasSubstr(kNode));
  EXPECT_TRUE(host_.Steps().empty());
}

TEST_F(PrepareFileSystemTest, GivenUnknownBytesOnBlankDiskWhenPreparedThenFormats) {
  host_.Device(kNode).ends_zero = false;
  EXPECT_TRUE(PrepareFileSystem(host_, kNode, {.blank = true}, false));
  EXPECT_EQ(host_.Device(kNode).content.type, "ext4");
}

TEST_F(PrepareFileSystemTest, GivenEmptyDeviceInUseWhenPreparedThenRefuses) {
  EXPECT_EQ(CodeOf(PrepareFileSystem(host_, kNode, {.blank = true}, true)),
            StatusCode::FAILED_PRECONDITION);
}

TEST_F(PrepareFileSystemTest, GivenFormattedInUseWhenPreparedThenNeitherChecksNorGrows) {
  GivenFormatted("ext4");
  host_.Device(kNode).bytes = 40 * kGib;
  EXPECT_TRUE(PrepareFileSystem(host_, kNode, {}, true));
  EXPECT_TRUE(host_.Steps().empty());
}

}  // namespace
}  // namespace driver
