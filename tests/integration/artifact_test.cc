// What a rule starts from may be built while a push runs, and be another kind of thing later.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "lib/devsession/devsession.h"
#include "local-cli/loop/push_loop.h"
#include "local-cli/loop/settings.h"
#include "tests/integration/agent_pod.h"
#include "tests/integration/counting_renderer.h"
#include "tests/integration/steady_cluster.h"

namespace hawser::testing {
namespace {

namespace stdfs = std::filesystem;

class ArtifactTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1);
    nlohmann::json written = cluster_.session();
    written["spec"]["sync"] = {
        {{"from", "bin/server"}, {"to", "/srv/app/"}, {"deleteExtraneous", true}},
        {{"from", "bin/tool"}, {"to", "/opt/tools/tool"}, {"deleteExtraneous", true}},
        {{"from", "src"}, {"to", "/app"}}};
    session_ = devsession::ParseDevSession(written).value();
    workspace_.Write("src/f", "source");
    pod_.container().Write("srv/app/of the image", "kept");
    pod_.container().Write("opt/tools/of the image", "kept");
    pod_.StartAgent();
    pod_.StartSupervisor("exec sleep 100000");
    loop_ = std::jthread([this](const std::stop_token& stop) { Push(stop); });
    ASSERT_TRUE(Eventually([this] { return renderer_.count() == 1; })) << pod_.AgentLog();
  }

  /// As the command does: again with new settings when asked to.
  void Push(const std::stop_token& stop) {
    const std::string root = workspace_.path().string();
    bool again = true;
    while (again) {
      ++runs_;
      again = cli::RunPushLoop({.api = cluster_,
                                .dialer = dialer_,
                                .renderer = renderer_,
                                .clock = clock_,
                                .stop = stop},
                               {.watch = true, .yes = true, .directory = root, .session = session_},
                               cli::MakeSettings(session_, root).value(), root)
                  .again;
    }
  }

  bool InContainer(const std::string& path) const { return pod_.container().Exists(path); }

  AgentPod pod_;
  TempDir workspace_;
  TempDir cache_;
  SteadyCluster cluster_;
  devsession::DevSession session_;
  LocalDialer dialer_{pod_};
  CountingRenderer<cli::PodInSync> renderer_;
  SystemClock clock_;
  std::atomic<int> runs_ = 0;
  std::jthread loop_;
};

TEST_F(ArtifactTest, GoesWhereItsRuleSaysAndNothingElseGoesForIt) {
  workspace_.Write("bin/server", "elf");
  EXPECT_TRUE(Eventually([this] { return InContainer("srv/app/server"); }));
  EXPECT_EQ(runs_, 1) << "the same roots";
  workspace_.Write("bin/tool", "elf");
  EXPECT_TRUE(Eventually([this] { return InContainer("opt/tools/tool"); }));
  EXPECT_EQ(runs_, 2) << "a file's directory is a root now";
  EXPECT_TRUE(InContainer("srv/app/of the image"))
      << "a file says nothing about what else is there";
  stdfs::remove(workspace_ / "bin/server");
  workspace_.Write("bin/server/main", "elf");
  EXPECT_TRUE(Eventually([this] { return InContainer("srv/app/main"); }));
  EXPECT_TRUE(Eventually([this] { return !InContainer("srv/app/server"); }));
  EXPECT_TRUE(InContainer("opt/tools/of the image"));
  EXPECT_TRUE(InContainer("app/f"));
}

}  // namespace
}  // namespace hawser::testing
