// Sync rules send each workspace path to one place or nowhere.
#include "lib/sync/workspace/rules.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace hawser::sync {
namespace {

Rules Make(std::vector<Rule> rules, const std::vector<std::string>& general = {}) {
  Result<Rules> made = Rules::Make(std::move(rules), general);
  EXPECT_TRUE(made.ok()) << made.status();
  return made.ok() ? *made : Rules();
}

TEST(RulesTest, LetsTheFirstCoveringRuleDecide) {
  const Rules rules = Make({{"./src/", "/app/src", {"**/*.pyc"}}, {".", "/app", {}}});
  EXPECT_EQ(rules.Map("src/a.py", false), "/app/src/a.py");
  EXPECT_EQ(rules.Map("src/a.pyc", false), std::nullopt);
  EXPECT_EQ(rules.Map("a.pyc", false), "/app/a.pyc");
  EXPECT_EQ(rules.Map("src", true), std::nullopt);
  EXPECT_EQ(rules.Map("web", true), "/app/web");
}

TEST(RulesTest, MapsASingleFile) {
  const Rules rules = Make({{"conf/dev.yaml", "/etc/app.yaml", {}}});
  EXPECT_EQ(rules.Map("conf/dev.yaml", false), "/etc/app.yaml");
  EXPECT_EQ(rules.Map("conf/other.yaml", false), std::nullopt);
  EXPECT_FALSE(rules.SkipDirectory(""));
  EXPECT_FALSE(rules.SkipDirectory("conf"));
  EXPECT_TRUE(rules.SkipDirectory("src"));
}

TEST(RulesTest, NeverSyncsDroppingsUnlessNamed) {
  const Rules rules = Make({{"", "/app", {}}}, {"*", "!src"});
  for (const char* path :
       {"src/.git/HEAD", "src/.main.py.swp", "src/main.py~", "src/4913", "src/.#a", "src/#a#",
        "src/a.tmp.123", "src/.DS_Store", "src/.hawser-1f.tmp"}) {
    EXPECT_EQ(rules.Map(path, false), std::nullopt) << path;
  }
  EXPECT_EQ(rules.Map("src/a.tmp", false), "/app/src/a.tmp");
  EXPECT_TRUE(rules.SkipDirectory("src/.git"));
  EXPECT_EQ(Make({{"", "/app", {}}}, {"!.git"}).Map(".git/HEAD", false), "/app/.git/HEAD");
}

TEST(RulesTest, TakesARuleForAnIgnoredDirectoryAtItsWord) {
  const Rules rules = Make({{"build", "/app/bin", {"*.o"}}, {"", "/app", {}}}, {"build", "docs"});
  EXPECT_EQ(rules.Map("build/server", false), "/app/bin/server");
  EXPECT_EQ(rules.Map("build/a.o", false), std::nullopt);
  EXPECT_EQ(rules.Map("docs/a", false), std::nullopt);
  EXPECT_FALSE(rules.SkipDirectory("build"));
  EXPECT_TRUE(rules.SkipDirectory("docs"));
}

TEST(RulesTest, NamesTheRuleThatIsWrong) {
  for (const Rule& rule : {Rule{"../x", "/app", {}}, Rule{"x", "app", {}}, Rule{"x", "/", {}},
                           Rule{"x", "/a/../b", {}}, Rule{"x", "/app", {"[a"}}}) {
    const Result<Rules> made = Rules::Make({{"", "/ok", {}}, rule}, {});
    ASSERT_FALSE(made.ok()) << rule.from << " -> " << rule.to;
    EXPECT_EQ(made.status().code(), Code::kInvalidArgument);
    EXPECT_NE(made.status().message().find("spec.sync[1]"), std::string::npos) << made.status();
  }
}

TEST(RulesTest, KnowsWhereAContainerPathMayComeFrom) {
  const Rules rules = Rules::Make({{"src", "/app/src", {}, false},
                                   {"", "/app", {}, false},
                                   {"conf/one.yaml", "/etc/one.yaml", {}, false}},
                                  {})
                          .value();
  using Paths = std::vector<std::string>;
  EXPECT_EQ(rules.Origins("/app/main.py"), Paths{"main.py"});
  EXPECT_EQ(rules.Origins("/app/src/a"), Paths{"src/a"}) << "two rules, one path";
  EXPECT_EQ(rules.Origins("/etc/one.yaml"), Paths{"conf/one.yaml"});
  EXPECT_EQ(rules.Origins("/etc/other"), Paths{});
}

TEST(RulesTest, PutsAFileIntoADirectoryUnderItsOwnName) {
  Rule rule{.from = "bin/server", .to = "/srv/app", .into_directory = true};
  for (const SourceKind source :
       {SourceKind::kUnknown, SourceKind::kMissing, SourceKind::kFile, SourceKind::kDirectory}) {
    rule.source = source;
    const Rules rules = Make({rule});
    EXPECT_EQ(rules.Map("bin/server", false), "/srv/app/server");
    const std::vector<std::string> origins = rules.Origins("/srv/app/server");
    EXPECT_EQ(std::count(origins.begin(), origins.end(), "bin/server"), 1);
    EXPECT_EQ(rules.rules()[0].to, source == SourceKind::kFile ? "/srv/app/server" : "/srv/app");
    if (source == SourceKind::kFile) continue;
    EXPECT_EQ(rules.Map("bin/server", true), std::nullopt);
    EXPECT_EQ(rules.Map("bin/server/a", false), "/srv/app/a");
    EXPECT_EQ(rules.Origins("/srv/app/a"), std::vector<std::string>{"bin/server/a"});
    EXPECT_EQ(origins.front(), "bin/server/server") << "there is more in a directory";
  }
}

TEST(RulesTest, KnowsWhetherItsPlacesOverlap) {
  EXPECT_FALSE(Make({{"a", "/app/a", {}}, {"b", "/app/ab", {}}}).overlap());
  EXPECT_TRUE(Make({{"a", "/app", {}}, {"b", "/app", {}}}).overlap());
  EXPECT_TRUE(Make({{"a", "/app/x", {}}, {"b", "/etc", {}}, {"c", "/app", {}}}).overlap());
}

TEST(RulesTest, ExplainsWhatMapDecides) {
  const Rules rules =
      Rules::Make({{.from = "src", .to = "/app", .ignore = {"**/*.pyc", "!keep.pyc"}},
                   {.from = "", .to = "/all"}},
                  {"notes", "doc/*.md"})
          .value();
  const struct {
    const char* path;
    bool directory;
    const char* why;
  } cases[] = {{"src/a.py", false, "spec.sync[0]"},
               {"src/keep.pyc", false, "spec.sync[0]"},
               {"src/x/a.pyc", false, "ignored by \"**/*.pyc\" of spec.sync[0].ignore"},
               {"src", true, "it is where spec.sync[0] starts: what is below it goes to /app"},
               {"b", false, "spec.sync[1]"},
               {"notes/today", false, "ignored by \"notes\" of .dockerignore or .tiltignore"},
               {"doc/a.md", false, "ignored by \"doc/*.md\" of .dockerignore or .tiltignore"},
               {".git/config", false, "ignored by the built-in pattern \"**/.git\""}};
  for (const auto& each : cases) {
    const PathVerdict verdict = rules.Explain(each.path, each.directory);
    EXPECT_EQ(verdict.why, each.why) << each.path;
    EXPECT_EQ(verdict.to, rules.Map(each.path, each.directory)) << each.path;
  }
  const Rules narrow = Rules::Make({{.from = "src", .to = "/app"}}, {}).value();
  EXPECT_EQ(narrow.Explain("b", false).why, "no rule of spec.sync covers it");
}

}  // namespace
}  // namespace hawser::sync
