// Which steps and whether a restart follow from changes.
#include "lib/sync/send/follow_up.h"

#include <gtest/gtest.h>

namespace hawser::sync {
namespace {

using Steps = std::vector<uint32_t>;

SyncPlan Changes(const std::vector<std::string>& paths, bool remove = false) {
  SyncPlan plan;
  for (const std::string& path : paths) {
    plan.changes.push_back({.remove = remove, .path = path, .entry = {}, .content = true});
  }
  return plan;
}

Snapshot From(std::map<std::string, std::string> sources) {
  Snapshot snapshot;
  snapshot.sources =
      Sources(nullptr, std::make_shared<const Sources::Exceptions>(std::move(sources)));
  return snapshot;
}

TEST(FollowUpTest, MatchesGlobsAgainstWorkspacePaths) {
  const Snapshot wanted = From({{"/app/main.py", "src/main.py"}, {"/app/req.txt", "req.txt"}});
  const FollowUp rules{.step_globs = {{"req.txt"}, {"src/**"}, {}}, .restart_globs = {"src/**"}};
  struct Case {
    std::vector<std::string> paths;
    Consequences expected;
  };
  const Case cases[] = {{{"/app/main.py"}, {Steps{1, 2}, true}},
                        {{"/app/req.txt"}, {Steps{0, 2}, false}},
                        {{"/app/main.py", "/app/req.txt"}, {Steps{0, 1, 2}, true}},
                        {{}, {Steps{}, false}}};
  for (const Case& each : cases) {
    EXPECT_EQ(Follow(rules, Changes(each.paths), &wanted, nullptr, false), each.expected);
  }
}

TEST(FollowUpTest, RunsEveryStepInAFreshPod) {
  const FollowUp rules{.step_globs = {{"a"}, {"b"}}, .restart_globs = {}};
  EXPECT_EQ(Follow(rules, Changes({}), nullptr, nullptr, true), (Consequences{Steps{0, 1}, false}));
}

TEST(FollowUpTest, NeverRestartsWhenThePolicySaysSo) {
  const FollowUp rules{.step_globs = {}, .restart_globs = {}, .restarts = false};
  EXPECT_FALSE(Follow(rules, Changes({"/app/a"}), nullptr, nullptr, true).restart);
}

TEST(FollowUpTest, KnowsWhereARemovedFileCameFrom) {
  const Snapshot wanted = From({});
  const Snapshot before = From({{"/app/gone", "src/gone"}});
  const SyncPlan plan = Changes({"/app/gone"}, true);
  EXPECT_EQ(SourceOf(plan.changes[0], &wanted, &before), "src/gone");
  EXPECT_EQ(SourceOf(plan.changes[0], &wanted, nullptr), "app/gone");
  const FollowUp rules{.step_globs = {{"src/**"}}, .restart_globs = {"other"}};
  EXPECT_EQ(Follow(rules, plan, &wanted, &before, false), (Consequences{Steps{0}, false}));
}

}  // namespace
}  // namespace hawser::sync
