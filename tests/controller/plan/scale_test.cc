// Sleep keeps how many pods there were; waking and restoring put exactly that back.
#include "controller/plan/scale.h"

#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "controller/plan/restore.h"
#include "tests/controller/plan/world.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using testing::AfterInjection;
using testing::MakeDeployment;
using testing::MakeSession;

json WithAgent(const json& deployment) {
  return AfterInjection(deployment, MakePlan(testing::Observe(MakeSession(), deployment),
                                             testing::Options(), testing::Now()));
}

/// Without the lock, which needs the server's version.
json Patched(const json& workload, json patch) {
  patch.erase(0);
  return workload.patch(patch);
}

TEST(ScaleTest, SleepLeavesNoPodsAndWakingPutsThemBack) {
  const json injected = WithAgent(MakeDeployment());
  const json asleep = Patched(injected, SleepPatch(injected));
  EXPECT_EQ(Replicas(asleep), 0);
  EXPECT_EQ(KeptReplicas(asleep), 2);
  EXPECT_EQ(Patched(asleep, WakePatch(asleep)), injected);
}

TEST(ScaleTest, PatchesOnlyTheVersionThatWasSeen) {
  const json injected = WithAgent(MakeDeployment());
  for (const json& patch : {SleepPatch(injected), WakePatch(injected)}) {
    EXPECT_EQ(patch[0]["path"], "/metadata/resourceVersion");
    EXPECT_EQ(patch[0]["value"], "7");
  }
}

TEST(ScaleTest, RestoringWakes) {
  const json injected = WithAgent(MakeDeployment());
  const json asleep = Patched(injected, SleepPatch(injected));
  EXPECT_EQ(RestoredWorkload(asleep), MakeDeployment());
}

TEST(ScaleTest, KeepsNothingOnceItsOwnerScaledIt) {
  const json injected = WithAgent(MakeDeployment());
  json scaled = Patched(injected, SleepPatch(injected));
  scaled["spec"]["replicas"] = 5;
  EXPECT_EQ(KeptReplicas(scaled), std::nullopt);
  json expected = MakeDeployment();
  expected["spec"]["replicas"] = 5;
  EXPECT_EQ(RestoredWorkload(scaled), expected);
}

TEST(ScaleTest, ScalesWhatHasANumberOfPods) {
  EXPECT_TRUE(CanScale(testing::MakeWorkload(kube::resources::kStatefulSets)));
  EXPECT_FALSE(CanScale(testing::MakeWorkload(kube::resources::kDaemonSets)));
}

}  // namespace
}  // namespace hawser::controller
