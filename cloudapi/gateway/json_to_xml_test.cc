#include "cloudapi/gateway/json_to_xml.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

struct XmlCase {
  std::string name;
  std::string json;
  std::string xml;
};
class JsonToXmlTest : public testing::TestWithParam<XmlCase> {};
TEST_P(JsonToXmlTest, GivenObjectWhenTranslatedThenElements) {
  EXPECT_EQ(JsonToXml("R", GetParam().json), "<R>" + GetParam().xml + "</R>");
}
INSTANTIATE_TEST_SUITE_P(
    Objects, JsonToXmlTest,
    testing::Values(
        XmlCase{"Empty", "{}", ""},
        XmlCase{"Scalars", R"({"A":"x","B":3,"C":true,"D":null,"E":""})",
                "<A>x</A><B>3</B><C>true</C><D></D><E></E>"},
        XmlCase{"Order", R"({"Z":1,"A":2})", "<Z>1</Z><A>2</A>"},
        XmlCase{"List", R"({"Disks":{"Disk":[{"Id":"a"},{"Id":"b"}]}})",
                "<Disks><Disk><Id>a</Id></Disk><Disk><Id>b</Id></Disk></Disks>"},
        XmlCase{"EmptyList", R"({"Disks":{"Disk":[]}})", "<Disks></Disks>"},
        XmlCase{"ListOfTexts", R"({"Ids":{"Id":["a","b"]}})", "<Ids><Id>a</Id><Id>b</Id></Ids>"},
        XmlCase{"Escapes", R"({"A":"<&>\"'\r\n\t"})", "<A>&lt;&amp;&gt;&quot;'&#13;\n\t</A>"},
        XmlCase{"Unwritable", R"({"A":"a\u0000\u001fb"})",
                "<A>a\xEF\xBF\xBD\xEF\xBF\xBD"
                "b</A>"},
        XmlCase{"NonCharacter", R"({"A":"\uffff"})", "<A>\xEF\xBF\xBD</A>"},
        XmlCase{"Chinese", R"({"A":"数据"})", "<A>数据</A>"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace cloudapi
