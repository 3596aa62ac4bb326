// Globs through rules, and back again.
#include "lib/sync/pull/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const Rules> MakeRules(std::vector<Rule> rules) {
  return std::make_shared<Rules>(*Rules::Make(std::move(rules), {"*.log"}));
}

std::vector<std::string> PatternsOf(const std::vector<std::string>& globs) {
  const auto selection = PullSelection::Make(
      MakeRules({{.from = "src", .to = "/app/src"}, {.from = "pkg.json", .to = "/app/pkg.json"}}),
      globs);
  if (!selection.ok()) return {selection.status().message()};
  std::vector<std::string> found;
  for (const wire::PullPattern& pattern : selection->patterns()) {
    found.push_back(pattern.root + " " + pattern.glob);
  }
  return found;
}

TEST(SelectionTest, AsksForWhatIsLeftOfAGlobBelowEachRule) {
  EXPECT_THAT(PatternsOf({"src"}), ElementsAre("/app/src "));
  EXPECT_THAT(PatternsOf({"./src/gen/"}), ElementsAre("/app/src/gen "));
  EXPECT_THAT(PatternsOf({"src/a/*.lock"}), ElementsAre("/app/src/a *.lock"));
  EXPECT_THAT(PatternsOf({"s?c/*/x"}), ElementsAre("/app/src */x"));
  EXPECT_THAT(PatternsOf({"pkg.json"}), ElementsAre("/app/pkg.json "));
  EXPECT_THAT(PatternsOf({"."}), ElementsAre("/app/src ", "/app/pkg.json "));
  EXPECT_THAT(PatternsOf({"*"}), ElementsAre("/app/src ", "/app/pkg.json "));
  EXPECT_THAT(PatternsOf({"**/*.snap"}),
              ElementsAre("/app/src **/*.snap", "/app/pkg.json **/*.snap"));
  EXPECT_THAT(PatternsOf({"**.snap"}), ElementsAre("/app/src **.snap", "/app/pkg.json **.snap"));
  EXPECT_THAT(PatternsOf({"**rc/x"}),
              ElementsAre("/app/src **rc/x", "/app/src/x ", "/app/pkg.json **rc/x"));
  EXPECT_THAT(PatternsOf({"s**c/x"}), ElementsAre("/app/src "));
}

TEST(SelectionTest, RefusesWhatCanMatchNothing) {
  EXPECT_THAT(PatternsOf({"docs"}), ElementsAre(HasSubstr("no rule of spec.sync covers it")));
  EXPECT_THAT(PatternsOf({"../x"}), ElementsAre(HasSubstr("leads out")));
  EXPECT_THAT(PatternsOf({"src/[a"}), ElementsAre(HasSubstr("malformed")));
}

TEST(SelectionTest, FindsTheWorkspacePathOfWhatWasAskedForAndIsNotIgnored) {
  const auto selection =
      *PullSelection::Make(MakeRules({{.from = "src/gen", .to = "/app/gen", .ignore = {"*.tmp"}},
                                      {.from = "src", .to = "/app/src"}}),
                           {"src"});
  EXPECT_EQ(selection.WorkspacePath("/app/src/a/b"), "src/a/b");
  EXPECT_EQ(selection.WorkspacePath("/app/gen/x"), "src/gen/x");
  EXPECT_EQ(selection.WorkspacePath("/app/src/gen/x"), std::nullopt) << "it goes to /app/gen";
  EXPECT_EQ(selection.WorkspacePath("/app/gen/x.tmp"), std::nullopt) << "ignored";
  EXPECT_EQ(selection.WorkspacePath("/app/src/.git/config"), std::nullopt);
  EXPECT_EQ(selection.WorkspacePath("/app/src/a.hawser-pod"), std::nullopt);
  EXPECT_EQ(selection.WorkspacePath("/etc/passwd"), std::nullopt);
}

TEST(SelectionTest, TakesUpOtherIgnores) {
  const auto selection =
      *PullSelection::Make(MakeRules({{.from = "src", .to = "/app", .ignore = {"a"}}}), {"src"});
  const auto other = selection.With(MakeRules({{.from = "src", .to = "/app", .ignore = {"b"}}}));
  EXPECT_EQ(selection.WorkspacePath("/app/a"), std::nullopt);
  EXPECT_EQ(other.WorkspacePath("/app/a"), "src/a");
  EXPECT_EQ(other.WorkspacePath("/app/b"), std::nullopt);
}

TEST(SelectionTest, AnEscapedPathMatchesItselfAlone) {
  const std::string glob = EscapeGlob("src/[a]*") + "/x";
  EXPECT_EQ(glob, "src/\\[a]\\*/x");
  const auto selection =
      *PullSelection::Make(MakeRules({{.from = "src", .to = "/app/src"}}), {glob});
  EXPECT_TRUE(selection.Matches("src/[a]*/x"));
  EXPECT_FALSE(selection.Matches("src/a1/x"));
}

TEST(SelectionTest, TellsLinksThatLeadOut) {
  const auto rules = MakeRules({{.from = "src", .to = "/app/src"}});
  EXPECT_FALSE(LeadsOut(*rules, "/app/src/a/l", "../b"));
  EXPECT_TRUE(LeadsOut(*rules, "/app/src/l", "../b"));
  EXPECT_TRUE(LeadsOut(*rules, "/app/src/l", "/app/src/b"));
  EXPECT_TRUE(LeadsOut(*rules, "/app/src/l", "../../../../b"));
}

}  // namespace
}  // namespace hawser::sync
