// Merging a part into a whole.
#include "controller/plan/merge.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "controller/plan/covers.h"

namespace hawser::controller {
namespace {

using nlohmann::json;

TEST(MergeTest, WholeCoversWhatWasMergedIn) {
  struct Case {
    const char* base;
    const char* part;
    const char* merged;
  };
  const std::vector<Case> cases = {
      {R"({"a":1,"b":{"c":2}})", R"({"b":{"d":3}})", R"({"a":1,"b":{"c":2,"d":3}})"},
      {R"([{"name":"x","v":1},{"name":"y"}])", R"([{"name":"x","w":2},{"name":"z"}])",
       R"([{"name":"x","v":1,"w":2},{"name":"y"},{"name":"z"}])"},
      {R"([{"name":"v","mountPath":"/a"}])", R"([{"name":"v","mountPath":"/b"}])",
       R"([{"name":"v","mountPath":"/a"},{"name":"v","mountPath":"/b"}])"},
      {R"(["sh"])", R"(["run","it"])", R"(["run","it"])"},
      {R"({"args":["x"]})", R"({"args":[]})", R"({"args":[]})"},
      {R"(null)", R"({"a":[{"name":"x"}]})", R"({"a":[{"name":"x"}]})"}};
  for (const Case& item : cases) {
    const json part = json::parse(item.part);
    const json merged = Merged(json::parse(item.base), part);
    EXPECT_EQ(merged, json::parse(item.merged));
    EXPECT_TRUE(Covers(merged, part)) << item.part;
  }
}

}  // namespace
}  // namespace hawser::controller
