// csi.proto says exactly what facts.tsv lists; no Go needed.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "csi.pb.h"

namespace driver {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Lines = std::vector<std::string>;

std::string TypeOf(const FieldDescriptor& field) {
  if (field.is_map()) {
    const auto& entry = *field.message_type();
    return "map<" + TypeOf(*entry.field(0)) + "," + TypeOf(*entry.field(1)) + ">";
  }
  if (field.message_type() != nullptr) return field.message_type()->full_name();
  if (field.enum_type() != nullptr) return field.enum_type()->full_name();
  return field.type_name();
}

std::string FieldLine(const FieldDescriptor& field) {
  const bool repeated = field.is_repeated() && !field.is_map();
  const auto* oneof = field.containing_oneof();
  return "field\t" + field.containing_type()->full_name() + "\t" + field.name() + "\t" +
         std::to_string(field.number()) + "\t" + TypeOf(field) + "\t" +
         (repeated ? "repeated" : "single") + "\t" + (oneof == nullptr ? "-" : oneof->name());
}

void AddEnum(const EnumDescriptor& type, Lines& lines) {
  for (int i = 0; i < type.value_count(); ++i) {
    lines.push_back("enum\t" + type.full_name() + "\t" + type.value(i)->name() + "\t" +
                    std::to_string(type.value(i)->number()));
  }
}

void AddMessage(const Descriptor& type, Lines& lines) {
  if (type.options().map_entry()) return;
  lines.push_back("message\t" + type.full_name());
  for (int i = 0; i < type.field_count(); ++i) lines.push_back(FieldLine(*type.field(i)));
  for (int i = 0; i < type.nested_type_count(); ++i) AddMessage(*type.nested_type(i), lines);
  for (int i = 0; i < type.enum_type_count(); ++i) AddEnum(*type.enum_type(i), lines);
}

void AddService(const google::protobuf::ServiceDescriptor& service, Lines& lines) {
  for (int i = 0; i < service.method_count(); ++i) {
    const auto& method = *service.method(i);
    lines.push_back("rpc\t" + service.full_name() + "\t" + method.name() + "\t" +
                    method.input_type()->full_name() + "\t" + method.output_type()->full_name() +
                    "\t" + (method.server_streaming() ? "stream" : "one"));
  }
}

TEST(CsiProtoTest, GivenFactsWhenComparedThenEqual) {
  std::ifstream file(ZONEDISK_SOURCE "/driver/proto/facts.tsv");
  Lines committed;
  for (std::string line; std::getline(file, line);) committed.push_back(line);
  ASSERT_GT(committed.size(), 360U);
  Lines ours;
  const auto& proto = *csi::v1::Volume::descriptor()->file();
  for (int i = 0; i < proto.message_type_count(); ++i) AddMessage(*proto.message_type(i), ours);
  for (int i = 0; i < proto.enum_type_count(); ++i) AddEnum(*proto.enum_type(i), ours);
  for (int i = 0; i < proto.service_count(); ++i) AddService(*proto.service(i), ours);
  std::ranges::sort(ours);
  EXPECT_THAT(ours, testing::ElementsAreArray(committed));
}

TEST(CsiProtoTest, GivenSecretsWhenReadThenMarked) {
  const auto* secrets = csi::v1::CreateVolumeRequest::descriptor()->FindFieldByName("secrets");
  EXPECT_TRUE(secrets->options().GetExtension(csi::v1::csi_secret));
}

}  // namespace
}  // namespace driver
