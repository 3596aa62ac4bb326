// How a session's spec becomes rules and the agent's configuration.
#include "local-cli/loop/settings.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "local-cli/loop/open_workspace.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

devsession::DevSession MakeSession() {
  devsession::DevSession session{.name = "api", .generation = 4};
  session.spec.sync = {
      {.from = "./src/", .to = "/app/src/", .delete_extraneous = true, .pull = {"*.lock"}}};
  return session;
}

TEST(SettingsTest, NormalisesRulesAndTakesTheirTargetsAsRoots) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  dir.Write("src/f", "");
  session.spec.sync.push_back({.from = ".", .to = "/app/all"});
  const auto settings = MakeSettings(session, dir.path());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->rules[0].from, "src");
  EXPECT_EQ(settings->rules[0].to, "/app/src");
  EXPECT_EQ(settings->rules[1].from, "");
  EXPECT_EQ(settings->pull, std::vector<std::string>{"src/*.lock"});
  const std::vector<wire::SyncRoot> roots{{.path = "/app/src", .delete_extraneous = true},
                                          {.path = "/app/all"}};
  EXPECT_EQ(settings->sender.configure.roots, roots);
  EXPECT_EQ(settings->sender.configure.generation, 4U);
}

TEST(SettingsTest, WritesASingleFileBelowItsDirectory) {
  const testing::TempDir dir;
  dir.Write("app.py", "");
  devsession::DevSession session = MakeSession();
  session.spec.sync = {{.from = "app.py", .to = "/app/main.py", .delete_extraneous = true}};
  const auto settings = MakeSettings(session, dir.path());
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->sender.configure.roots, std::vector<wire::SyncRoot>{{.path = "/app"}});

  session.spec.sync[0].to = "/main.py";
  EXPECT_EQ(MakeSettings(session, dir.path()).status().code(), Code::kInvalidArgument);
}

TEST(SettingsTest, ASingleFileSaysNothingAboutTheDirectoryThatAnotherRuleFills) {
  const testing::TempDir dir;
  dir.Write("app.py", "");
  dir.Write("src/f", "");
  const devsession::SyncRule all{.from = "src", .to = "/app", .delete_extraneous = true};
  const devsession::SyncRule beside{.from = "app.py", .to = "/app/main.py"};
  const devsession::SyncRule below{.from = "app.py", .to = "/app/conf/"};
  const devsession::SyncRule elsewhere{.from = "app.py", .to = "/etc/main.py"};
  const std::vector<wire::SyncRoot> app{{.path = "/app", .delete_extraneous = true}};
  devsession::DevSession session = MakeSession();
  for (const auto& rules : {std::vector{beside, below, all}, std::vector{all, below, beside}}) {
    session.spec.sync = rules;
    EXPECT_EQ(MakeSettings(session, dir.path())->sender.configure.roots, app);
  }
  session.spec.sync = {elsewhere, elsewhere, all};
  const std::vector<wire::SyncRoot> both{{.path = "/etc"}, app[0]};
  EXPECT_EQ(MakeSettings(session, dir.path())->sender.configure.roots, both);
}

TEST(SettingsTest, NeverDeletesWhatIsExtraneousToAMissingSource) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  for (const char* to : {"/srv/app", "/srv/app/"}) {
    session.spec.sync = {{.from = "bin/server", .to = to, .delete_extraneous = true}};
    const auto settings = MakeSettings(session, dir.path());
    ASSERT_TRUE(settings.ok()) << settings.status();
    EXPECT_EQ(settings->sender.configure.roots, std::vector<wire::SyncRoot>{{.path = "/srv/app"}});
  }
}

TEST(SettingsTest, DecidesAnewAboutRootsWhenAnArtifactIsBuilt) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  session.spec.sync = {{.from = "bin/server", .to = "/srv/app/", .delete_extraneous = true},
                       {.from = "bin/tool", .to = "/opt/tool", .delete_extraneous = true}};
  const SyncSettings settings = MakeSettings(session, dir.path()).value();
  const auto roots_now = [&] { return RootsOf(ReadRules(settings, dir.path())->rules()); };
  const auto map_now = [&](const std::string& path) {
    return ReadRules(settings, dir.path())->Map(path, false);
  };
  using Roots = std::vector<wire::SyncRoot>;
  EXPECT_EQ(settings.sender.configure.roots, (Roots{{"/srv/app", false}, {"/opt/tool", false}}));
  EXPECT_EQ(roots_now(), settings.sender.configure.roots);
  dir.Write("bin/server", "elf");
  EXPECT_EQ(roots_now(), settings.sender.configure.roots);
  EXPECT_EQ(map_now("bin/server"), "/srv/app/server");
  dir.Write("bin/tool", "elf");
  EXPECT_EQ(roots_now(), (Roots{{"/srv/app", false}, {"/opt", false}}));
  EXPECT_EQ(map_now("bin/tool"), "/opt/tool");
  std::filesystem::remove_all(dir / "bin");
  dir.Write("bin/server/a", "");
  dir.Write("bin/tool/a", "");
  EXPECT_EQ(roots_now(), (Roots{{"/srv/app", true}, {"/opt/tool", true}}));
  EXPECT_EQ(map_now("bin/server/a"), "/srv/app/a");
}

TEST(SettingsTest, WhatIsMissingKeepsItsPlaceFromOtherRules) {
  const testing::TempDir dir;
  dir.Write("main.py", "");
  devsession::DevSession session = MakeSession();
  session.spec.sync = {{.from = ".", .to = "/app", .delete_extraneous = true},
                       {.from = "data", .to = "/app/data"}};
  using Roots = std::vector<wire::SyncRoot>;
  EXPECT_EQ(MakeSettings(session, dir.path())->sender.configure.roots,
            (Roots{{"/app", true}, {"/app/data", false}}));
}

TEST(SettingsTest, WhatABuildRemovesStaysWhatItWas) {
  const testing::TempDir dir;
  dir.Write("dist/a", "");
  devsession::DevSession session = MakeSession();
  session.spec.sync = {{.from = "dist", .to = "/app/dist", .delete_extraneous = true}};
  const SyncSettings settings = MakeSettings(session, dir.path()).value();
  std::filesystem::remove_all(dir / "dist");
  EXPECT_EQ(RootsOf(ReadRules(settings, dir.path())->rules()), settings.sender.configure.roots);
}

TEST(SettingsTest, BringsBackTheSameThatItsGlobsMatchBelowTheirRule) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  session.spec.sync[0].pull = {"**.snap", "gen/**"};
  EXPECT_EQ(MakeSettings(session, dir.path())->pull,
            (std::vector<std::string>{"src/**/*.snap", "src/gen/**"}));
}

TEST(SettingsTest, CarriesStepsRestartAndReadyPort) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  session.spec.steps = {{.run = {"npm", "install"}, .on = {"package.json"}}};
  session.spec.restart = {.policy = "Process", .signal = "HUP", .grace = std::chrono::seconds(2)};
  session.spec.restart.on = {"**/*.py"};
  session.spec.ports = {{.name = "http", .container = 8080}};
  const auto settings = MakeSettings(session, dir.path());
  ASSERT_TRUE(settings.ok()) << settings.status();
  const wire::Configure& configure = settings->sender.configure;
  EXPECT_EQ(configure.steps[0], (wire::Step{.argv = {"npm", "install"}, .timeout_ms = 300000}));
  EXPECT_EQ(configure.restart.signal, 1U);
  EXPECT_EQ(configure.restart.grace_ms, 2000U);
  EXPECT_EQ(configure.ready_port, 8080);
  EXPECT_EQ(settings->sender.follow_up.step_globs[0], std::vector<std::string>{"package.json"});
  EXPECT_EQ(settings->sender.follow_up.restart_globs, std::vector<std::string>{"**/*.py"});
  EXPECT_TRUE(settings->sender.follow_up.restarts);
}

TEST(SettingsTest, NamesTheFieldThatIsWrong) {
  const testing::TempDir dir;
  devsession::DevSession session = MakeSession();
  session.spec.restart.signal = "STOPIT";
  EXPECT_NE(MakeSettings(session, dir.path()).status().message().find("spec.restart.signal"),
            std::string::npos);
  session.spec.sync.clear();
  EXPECT_NE(MakeSettings(session, dir.path()).status().message().find("spec.sync"),
            std::string::npos);
}

}  // namespace
}  // namespace hawser::cli
