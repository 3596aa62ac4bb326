// Selectors as objects carry them: every operator, and what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/kube/selector.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

bool SelectsLabels(const json& selector, const json& labels) {
  return Matches(ReadLabelSelector(selector).value(), {{"metadata", {{"labels", labels}}}});
}

json Expression(const char* key, const char* op, json values = json::array()) {
  return {{"matchExpressions",
           json::array({{{"key", key}, {"operator", op}, {"values", std::move(values)}}})}};
}

TEST(LabelSelectorObjectTest, AllOfItMustHold) {
  json selector = Expression("tier", "In", {"app", "web"});
  selector["matchLabels"] = {{"team", "blue"}};
  EXPECT_TRUE(SelectsLabels(selector, {{"team", "blue"}, {"tier", "web"}}));
  EXPECT_FALSE(SelectsLabels(selector, {{"team", "blue"}, {"tier", "db"}}));
  EXPECT_FALSE(SelectsLabels(selector, {{"tier", "web"}}));
}

TEST(LabelSelectorObjectTest, KnowsEveryOperator) {
  EXPECT_TRUE(SelectsLabels(Expression("a", "NotIn", {"x"}), {{"a", "y"}}));
  EXPECT_TRUE(SelectsLabels(Expression("a", "NotIn", {"x"}), json::object()));
  EXPECT_FALSE(SelectsLabels(Expression("a", "NotIn", {"x"}), {{"a", "x"}}));
  EXPECT_TRUE(SelectsLabels(Expression("a", "Exists"), {{"a", ""}}));
  EXPECT_FALSE(SelectsLabels(Expression("a", "Exists"), json::object()));
  EXPECT_TRUE(SelectsLabels(Expression("a", "DoesNotExist"), json::object()));
}

TEST(LabelSelectorObjectTest, AnEmptyOneSelectsEverything) {
  EXPECT_TRUE(SelectsLabels(json::object(), json::object()));
}

TEST(LabelSelectorObjectTest, SaysWhatIsWrong) {
  EXPECT_THAT(ReadLabelSelector(Expression("a", "Like")).status().message(), HasSubstr("Like"));
  EXPECT_THAT(ReadLabelSelector(Expression("a", "In")).status().message(),
              HasSubstr("needs values"));
  EXPECT_THAT(ReadLabelSelector(Expression("a", "Exists", {"x"})).status().message(),
              HasSubstr("takes no values"));
  EXPECT_THAT(ReadLabelSelector(Expression("", "Exists")).status().message(), HasSubstr("key"));
}

}  // namespace
}  // namespace hawser::kube
