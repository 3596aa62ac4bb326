// Reading YAML: structure, limits, and errors that say where.
#include "lib/yaml/yaml.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace hawser::yaml {
namespace {

using nlohmann::json;

json Parse(const std::string& text) {
  Result<json> parsed = ParseYaml(text, "test.yaml");
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << text;
  return parsed.ok() ? *parsed : json("FAILED");
}

std::string Failure(const std::string& text) {
  const Result<json> parsed = ParseYaml(text, "test.yaml");
  EXPECT_FALSE(parsed.ok()) << text;
  EXPECT_EQ(parsed.status().code(), Code::kInvalidArgument);
  return parsed.status().message();
}

TEST(YamlTest, ReadsNestedMapsAndLists) {
  EXPECT_EQ(Parse("a: {b: [1, two]}\nc:\n- d: x\n  e:\n"),
            json::parse(R"({"a":{"b":[1,"two"]},"c":[{"d":"x","e":null}]})"));
}

TEST(YamlTest, EmptyTextIsNull) {
  EXPECT_EQ(Parse(""), json());
  EXPECT_EQ(Parse("# only a comment\n"), json());
}

TEST(YamlTest, QuotedScalarsStayStrings) {
  EXPECT_EQ(Parse("['1', \"true\", 'null', \"\", '~']"),
            json::parse(R"(["1","true","null","","~"])"));
}

TEST(YamlTest, BlockScalarsKeepTheirLines) {
  EXPECT_EQ(Parse("a: |\n  x\n  y\nb: |-\n  12\n"), json::parse(R"({"a":"x\ny\n","b":"12"})"));
}

TEST(YamlTest, KeysBecomeStrings) {
  EXPECT_EQ(Parse("{1: a, true: b, 0x10: c}"), json::parse(R"({"1":"a","true":"b","16":"c"})"));
}

TEST(YamlTest, TagsChooseTheType) {
  EXPECT_EQ(Parse("[!!str 1, !!int \"2\", !!float 3, !!binary aGk=]"),
            json::parse(R"(["1",2,3,"aGk="])"));
  EXPECT_EQ(Failure("a: !!int x"), "test.yaml:1:4: cannot read \"x\" as !!int");
  EXPECT_EQ(Failure("a: !custom {}"), "test.yaml:1:4: unsupported tag !custom");
}

TEST(YamlTest, RefusesWhatIsNotUtf8) {
  const std::string why = "in this value is not UTF-8; save the file in that encoding";
  EXPECT_EQ(Failure("a: 1\nb: caf\xe9"), "test.yaml:2:4: the byte 0xe9 " + why);
  EXPECT_EQ(Failure("\xff\xff\xff"), "test.yaml:1:1: the byte 0xff " + why);
  EXPECT_EQ(Failure("{\"\xc3\": 1}"), "test.yaml:1:2: the byte 0xc3 " + why);
  EXPECT_EQ(Parse("caf\xc3\xa9"), json("caf\xc3\xa9"));
}

TEST(YamlTest, ReadsUtf16ByItsMark) {
  const char text[] =
      "\xff\xfe"
      "a\0:\0 \0\xe9";
  EXPECT_EQ(Parse({text, sizeof text}), json({{"a", "\xc3\xa9"}}));
}

TEST(YamlTest, AliasesCopyTheirAnchor) {
  EXPECT_EQ(Parse("a: &x {k: 1}\nb: *x\nc: [*x]"),
            json::parse(R"({"a":{"k":1},"b":{"k":1},"c":[{"k":1}]})"));
}

TEST(YamlTest, MergeKeysFillWhatIsMissing) {
  EXPECT_EQ(Parse("base: &b {x: 1, p: 2}\nother: &o {p: 3, z: 4}\n"
                  "both:\n  <<: [*b, *o]\n  x: 9\n")["both"],
            json::parse(R"({"x":9,"p":2,"z":4})"));
  EXPECT_EQ(Failure("a:\n  <<: 1\n"), "test.yaml:2:7: << merges a mapping or a list of mappings");
}

TEST(YamlTest, ReadsSeveralDocumentsAndDropsEmptyOnes) {
  const auto documents = ParseYamlDocuments("---\na: 1\n---\n---\n# none\n---\nb: 2\n", "t");
  ASSERT_TRUE(documents.ok()) << documents.status();
  EXPECT_EQ(*documents, (std::vector<json>{{{"a", 1}}, {{"b", 2}}}));
}

TEST(YamlTest, AnchorsEndWithTheirDocument) {
  EXPECT_FALSE(ParseYamlDocuments("a: &x 1\n---\nb: *x\n", "t").ok());
}

TEST(YamlTest, RefusesSecondDocumentWhereOneIsExpected) {
  EXPECT_EQ(Failure("a: 1\n---\nb: 2\n"), "test.yaml: one document was expected, found 2");
}

TEST(YamlTest, NamesLineAndColumnOfSyntaxErrors) {
  EXPECT_TRUE(Failure("a: 1\nb: [1, 2\n").starts_with("test.yaml:3:1: ")) << Failure("a: [1");
}

TEST(YamlTest, RefusesDuplicateKeys) {
  EXPECT_EQ(Failure("a: 1\nb: 2\na: 3\n"), "test.yaml:3:1: the key \"a\" is already there");
  EXPECT_EQ(Failure("1: 1\n'1': 2\n"), "test.yaml:2:1: the key \"1\" is already there");
}

TEST(YamlTest, RefusesCollectionsAndNullAsKeys) {
  EXPECT_EQ(Failure("? [a]\n: 1\n"), "test.yaml:1:3: a key must be a scalar");
  EXPECT_EQ(Failure("~: 1\n"),
            "test.yaml:1:1: a key may not be null; quote it if it is meant as text");
}

TEST(YamlTest, RefusesWhatJsonCannotSay) {
  EXPECT_EQ(Failure("a: .inf"), "test.yaml:1:4: JSON has no .inf; quote it if it is meant as text");
}

TEST(YamlTest, RefusesDeepNesting) {
  EXPECT_NE(Failure(std::string(200, '[')).find("nested deeper than 100 levels"),
            std::string::npos);
  EXPECT_FALSE(ParseYaml(std::string(100'000, '['), "deep").ok());
}

TEST(YamlTest, RefusesAliasesThatExplode) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + last;
    for (int j = 0; j < 9; ++j) text += ", " + last;
    text += "]\n";
  }
  EXPECT_NE(Failure(text).find("too many values"), std::string::npos);
}

TEST(YamlTest, RefusesAliasInsideItsAnchor) {
  Failure("a: &x [*x]\n");
}

TEST(YamlTest, RefusesLongText) {
  EXPECT_EQ(Failure(std::string(kMaxTextBytes + 1, ' ')),
            "test.yaml: 8.0 MiB of YAML, at most 8.0 MiB are read");
}

}  // namespace
}  // namespace hawser::yaml
