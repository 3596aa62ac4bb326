// A push of what the pods hold already: what came of it before still counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "lib/devsession/devsession.h"
#include "local-cli/loop/push_loop.h"
#include "local-cli/loop/settings.h"
#include "local-cli/render/renderer.h"
#include "tests/integration/agent_pod.h"
#include "tests/integration/steady_cluster.h"

namespace hawser::testing {
namespace {

using ::testing::HasSubstr;

class PushAgainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1);
    workspace_.Write("a", "1");
    pod_.StartAgent();
    pod_.StartSupervisor("exec sleep 100000");
    session_ = devsession::ParseDevSession(cluster_.session()).value();
  }

  /// hawser push, once; what it told is added to `told_`.
  Status Push() {
    const std::string root = workspace_.path().string();
    const auto renderer = cli::MakeTextRenderer(told_, told_, {});
    return cli::RunPushLoop(
               {.api = cluster_,
                .dialer = dialer_,
                .renderer = *renderer,
                .clock = clock_,
                .stop = {}},
               {.directory = root, .give_up_at = In(std::chrono::seconds(60)), .session = session_},
               cli::MakeSettings(session_, root).value(), root)
        .status;
  }

  AgentPod pod_;
  TempDir workspace_;
  TempDir cache_;
  SteadyCluster cluster_;
  LocalDialer dialer_{pod_};
  SystemClock clock_;
  std::ostringstream told_;
  devsession::DevSession session_;
};

TEST_F(PushAgainTest, FailsAgainWhileAStepOfTheLastBatchFailed) {
  session_.spec.steps = {{.run = {"sh", "-c", "test -e $ROOT/ready"}}};
  EXPECT_THAT(Push().message(), HasSubstr("step failed"));
  for (int i = 0; i < 2; ++i) {
    const Status again = Push();
    EXPECT_THAT(again.message(), HasSubstr("step failed: sh -c test -e $ROOT/ready")) << i;
    EXPECT_THAT(told_.str(), HasSubstr("warning: pod api-1: step failed"));
  }
  pod_.container().Write("ready", "");
  workspace_.Write("a", "2");
  EXPECT_TRUE(Push().ok());
  EXPECT_TRUE(Push().ok());
}

TEST_F(PushAgainTest, FailsAgainWhileAPathCanNotBeWritten) {
  workspace_.Write("d", "a file here");
  pod_.container().Write("app/d/of the app", "a directory there");
  EXPECT_THAT(Push().message(), HasSubstr("can't write /app/d"));
  told_.str("");
  EXPECT_THAT(Push().message(), HasSubstr("can't write /app/d"));
  EXPECT_THAT(told_.str(), HasSubstr("can't write /app/d"));
}

}  // namespace
}  // namespace hawser::testing
