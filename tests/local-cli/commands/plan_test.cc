// hawser plan against agents that hold a tree.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/sync/tree/answer.h"
#include "local-cli/cluster/sessions.h"
#include "tests/local-cli/commands/fake_cluster.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

using nlohmann::json;

sync::Entry PlanFile(const std::string& content) {
  return {.mode = 0644, .size = content.size(), .digest = Sha256(content)};
}

/// Answers what is asked about `tree`.
AgentScript Holding(sync::Tree tree) {
  return [tree = std::move(tree)](wire::Channel& client) {
    while (true) {
      const Result<wire::Message> question = client.Receive(In(std::chrono::seconds(20)));
      if (!question.ok()) return;
      if (const auto* nodes = std::get_if<wire::NodesRequest>(&*question)) {
        for (const auto& reply : sync::AnswerNodes(tree, *nodes)) {
          (void)client.Send(reply, In(std::chrono::seconds(20)));
        }
      } else {
        for (const auto& reply : sync::AnswerTree(tree)) {
          (void)client.Send(reply, In(std::chrono::seconds(20)));
        }
      }
    }
  };
}

class PlanTest : public ::testing::Test {
 protected:
  PlanTest() {
    workspace_.Write("src/large.py", std::string(5000, 'l'));
    workspace_.Write("src/small.py", "small");
    workspace_.Write("src/moved.py", "as it was");
    workspace_.Write("src/cache.pyc", "x");
    workspace_.Write(".dockerignore", "notes\n");
    workspace_.Write("notes", "x");
    const json spec{
        {"spec", {{"sync", {{{"from", "./src"}, {"to", "/app/src"}, {"ignore", {"**/*.pyc"}}}}}}}};
    EXPECT_TRUE(
        cluster_.api()
            .Patch(kDevSessions, {.ns = "team", .name = "dev"}, kube::PatchType::kMerge, spec, "")
            .ok());
  }

  PlanOptions Options() const {
    return {.session = "dev", .directory = workspace_.path().string()};
  }

  testing::TempDir workspace_;
  FakeCluster cluster_;
};

TEST_F(PlanTest, ListsWhatAPushWouldSendLargestFirst) {
  const sync::Tree held{{"/app/src/gone.py", PlanFile("gone")},
                        {"/app/src/old.py", PlanFile("as it was")},
                        {"/app/src/small.py", PlanFile("before")}};
  cluster_.AddPodWithTree("api-1", held.digest(), Holding(held));
  cluster_.AddWaitingPod("api-2");
  ASSERT_TRUE(RunPlan(Options(), cluster_.Json()).ok());
  const json document = cluster_.document();
  ASSERT_EQ(document["pods"].size(), 2U) << document;
  const json& pod = document["pods"][0];
  EXPECT_EQ(pod["bytes"], 5005);
  std::vector<std::string> order;
  for (const json& path : pod["paths"])
    order.push_back(path["change"].get<std::string>() + " " + path["source"].get<std::string>());
  EXPECT_EQ(order[0], "new src/large.py") << document;
  EXPECT_EQ(order[1], "changed src/small.py");
  for (const json& path : pod["paths"]) {
    EXPECT_EQ(path["held"], path["source"] == "src/moved.py") << path;
    EXPECT_EQ(path["change"] == "removed",
              path["path"] == "/app/src/gone.py" || path["path"] == "/app/src/old.py");
  }
  EXPECT_NE(document["pods"][1]["error"].get<std::string>().find("ImagePullBackOff"),
            std::string::npos);
}

TEST_F(PlanTest, SaysForAPathWhereItGoesOrWhyNot) {
  PlanOptions options = Options();
  options.why = {"src/small.py", "./src/cache.pyc", "notes", "src/.git", "../elsewhere"};
  ASSERT_TRUE(RunPlan(options, cluster_.Text()).ok());
  for (const char* line :
       {"src/small.py: goes to /app/src/small.py by spec.sync[0]",
        "src/cache.pyc: not synced: ignored by \"**/*.pyc\" of spec.sync[0].ignore",
        "notes: not synced: no rule of spec.sync covers it",
        "src/.git: not synced: ignored by the built-in pattern \"**/.git\"",
        "../elsewhere: not synced: it is outside of the workspace"}) {
    EXPECT_NE(cluster_.out().find(line), std::string::npos) << line << " in\n" << cluster_.out();
  }
}

TEST_F(PlanTest, TellsAPodThatIsUpToDateFromAFreshOne) {
  const sync::Tree same{{"/app/src/large.py", PlanFile(std::string(5000, 'l'))},
                        {"/app/src/moved.py", PlanFile("as it was")},
                        {"/app/src/small.py", PlanFile("small")}};
  cluster_.AddPodWithTree("api-1", same.digest(), Holding(same));
  cluster_.AddPod("api-2", "1", [](wire::Channel&) {});
  ASSERT_TRUE(RunPlan(Options(), cluster_.Text()).ok());
  EXPECT_NE(cluster_.out().find("api-1: up to date"), std::string::npos) << cluster_.out();
  EXPECT_NE(cluster_.out().find("api-2: 3 paths, "), std::string::npos) << "a fresh pod gets all";
}

}  // namespace
}  // namespace hawser::cli
