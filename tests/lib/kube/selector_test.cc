// Label selectors: what they say, and which objects they choose.
#include "lib/kube/selector.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::kube {
namespace {

using Op = LabelRequirement::Operator;

TEST(SelectorTest, ReadsEveryForm) {
  const Result<LabelSelector> selector =
      ParseLabelSelector("a=b, c==d,e != f ,g in (h, i),j notin (k),example.dev/l,!m,n=");
  ASSERT_TRUE(selector.ok()) << selector.status();
  EXPECT_EQ(*selector, (LabelSelector{{"a", Op::kIn, {"b"}},
                                      {"c", Op::kIn, {"d"}},
                                      {"e", Op::kNotIn, {"f"}},
                                      {"g", Op::kIn, {"h", "i"}},
                                      {"j", Op::kNotIn, {"k"}},
                                      {"example.dev/l", Op::kExists, {}},
                                      {"m", Op::kNotExists, {}},
                                      {"n", Op::kIn, {""}}}));
  EXPECT_EQ(ParseLabelSelector("  ")->size(), 0U);
}

TEST(SelectorTest, NamesThePartThatDoesNotParse) {
  for (const char* part : {"a b", "=b", "in (a)", "a in b", "a in (b", "a in (b c)", "a in (b=c)",
                           "a=b=c", "a in (b))", "!", "! !a", "a!b", "(a)"}) {
    const Status status = ParseLabelSelector(std::string("x=y,") + part).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << part;
    EXPECT_NE(status.message().find(std::string("\"") + part), std::string::npos) << status;
  }
  EXPECT_FALSE(ParseLabelSelector("a=b,").ok());
  EXPECT_FALSE(ParseLabelSelector(",").ok());
}

TEST(SelectorTest, ChoosesByLabels) {
  const nlohmann::json object = {{"metadata", {{"labels", {{"app", "api"}, {"tier", ""}}}}}};
  const std::vector<std::pair<std::string, bool>> choices = {{"", true},
                                                             {"app=api", true},
                                                             {"app=web", false},
                                                             {"app!=web", true},
                                                             {"app!=api", false},
                                                             {"app in (web,api)", true},
                                                             {"app notin (api)", false},
                                                             {"other notin (api)", true},
                                                             {"other!=x", true},
                                                             {"other=x", false},
                                                             {"app", true},
                                                             {"other", false},
                                                             {"!other", true},
                                                             {"!app", false},
                                                             {"tier=", true},
                                                             {"app=api,other", false}};
  for (const auto& [text, chosen] : choices) {
    EXPECT_EQ(Matches(*ParseLabelSelector(text), object), chosen) << text;
  }
}

TEST(SelectorTest, ObjectsWithoutLabelsHaveNone) {
  for (const char* text : {"{}", "[]", R"({"metadata":{"labels":null}})",
                           R"({"metadata":{"labels":[]}})", R"({"metadata":{"labels":{"a":5}}})"}) {
    const auto object = nlohmann::json::parse(text);
    EXPECT_TRUE(Matches(*ParseLabelSelector("!b"), object)) << text;
    EXPECT_FALSE(Matches(*ParseLabelSelector("a=5"), object)) << text;
  }
}

}  // namespace
}  // namespace hawser::kube
