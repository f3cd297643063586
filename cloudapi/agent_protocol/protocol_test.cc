#include "cloudapi/agent_protocol/protocol.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

TEST(ProtocolTest, GivenValuesWhenWrittenThenReadBackEqual) {
  const WantedSet wanted{.revision = 12,
                         .disks = {{.disk = "d-1",
                                    .serial = "1",
                                    .image = "d-1.g2.img",
                                    .generation = 2,
                                    .bytes = 20,
                                    .shared = true,
                                    .nvme = true,
                                    .flush = 9,
                                    .freeze = 10}}};
  const auto wanted_back = ParseWantedSet(ToJson(wanted));
  ASSERT_TRUE(wanted_back);
  EXPECT_EQ(wanted_back->revision, 12);
  EXPECT_EQ(wanted_back->disks, wanted.disks);

  const auto without_nvme = ParseWantedSet(
      R"({"revision":1,"disks":[{"disk":"d-1","serial":"1","image":"i","generation":1,)"
      R"("bytes":20,"shared":false,"flushRequest":0}]})");
  ASSERT_TRUE(without_nvme);
  EXPECT_FALSE(without_nvme->disks[0].nvme);
  EXPECT_EQ(without_nvme->disks[0].freeze, 0U);

  const ObservedSet observed{.revision = 3,
                             .disks = {{.disk = "d-1",
                                        .generation = 2,
                                        .bytes = 20,
                                        .linked = true,
                                        .flushed = 9,
                                        .frozen = 10,
                                        .held = 8,
                                        .reads = 1,
                                        .writes = 2,
                                        .read_bytes = 3,
                                        .written_bytes = 4,
                                        .read_micros = 5,
                                        .write_micros = 6}}};
  const auto observed_back = ParseObservedSet(ToJson(observed));
  ASSERT_TRUE(observed_back);
  EXPECT_EQ(observed_back->revision, 3);
  EXPECT_EQ(observed_back->disks, observed.disks);

  const auto without_totals = ParseObservedSet(
      R"({"revision":1,"disks":[{"disk":"d-1","generation":1,"bytes":20,"linked":true,)"
      R"("flushed":0}]})");
  ASSERT_TRUE(without_totals);
  EXPECT_EQ(without_totals->disks[0].written_bytes, 0U);

  const auto registration = ParseRegistration(ToJson(Registration{.zone = "z",
                                                                  .instance_type = "t",
                                                                  .access_key_id = "a",
                                                                  .proof = "p",
                                                                  .refusal = "r",
                                                                  .session = "s",
                                                                  .name = "n",
                                                                  .machine = "m"}));
  ASSERT_TRUE(registration);
  EXPECT_EQ(registration->zone + registration->instance_type + registration->access_key_id +
                registration->proof + registration->refusal + registration->session +
                registration->name + registration->machine,
            "ztaprsnm");
  const auto nameless = ParseRegistration(
      R"({"zone":"z","instanceType":"","accessKeyId":"","proof":"","refusal":"","session":""})");
  ASSERT_TRUE(nameless);
  EXPECT_EQ(nameless->name + nameless->machine, "");
  const auto registered = ParseRegistered(
      ToJson(Registered{.session = "s", .account = "a", .region = "r", .refusal = "f"}));
  ASSERT_TRUE(registered);
  EXPECT_EQ(registered->session + registered->account + registered->region + registered->refusal,
            "sarf");
}

TEST(ProtocolTest, GivenMalformedTextWhenParsedThenNullopt) {
  for (const char* text :
       {"", "[]", "null", "{}", R"({"revision":"1","disks":[]})", R"({"revision":1})",
        R"({"revision":1,"disks":{}})", R"({"revision":1,"disks":[1]})",
        R"({"revision":1,"disks":[{}]})", R"({"revision":1.5,"disks":[]})"}) {
    EXPECT_FALSE(ParseWantedSet(text)) << text;
    EXPECT_FALSE(ParseObservedSet(text)) << text;
    EXPECT_FALSE(ParseRegistration(text)) << text;
    EXPECT_FALSE(ParseRegistered(text)) << text;
  }
  EXPECT_TRUE(ParseWantedSet(R"({"revision":1,"disks":[]})"));
}

TEST(ProtocolTest, GivenProofThatIsNotTextWhenWrittenThenStillJson) {
  EXPECT_TRUE(ParseRegistration(ToJson(Registration{.proof = "\xff\xfe"})));
}

}  // namespace
}  // namespace cloudapi
