// Saves on their way into running pods, and what pods and command line do when parts go away.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

using PushTest = ClusterTest;

class PushFaultTest : public LocalClusterTest {
 protected:
  // Ends a container from outside, as the kernel does when memory is short.
  static void KillContainer(const std::string& container_id) {
    const std::optional<pid_t> process = FirstProcess(container_id);
    ASSERT_TRUE(process.has_value()) << container_id;
    ASSERT_EQ(::kill(*process, SIGKILL), 0);
  }
};

TEST_F(PushTest, BringsTheWorkspaceIntoTheContainer) {
  const Example example(cluster(), "app");
  example.SaveVersion("7");
  const Outcome push = example.Push();
  EXPECT_TRUE(push.ok()) << push.err;
  EXPECT_NE(push.out.find("up to date"), std::string::npos) << push.out;
  EXPECT_EQ(example.InContainer("/app/src/version.py"),
            "VERSION = \"7\"\nGREETING = \"Hello from the test\"\n");
  EXPECT_TRUE(example.Serves("7"));
  cluster().Await("app", "Synced", "True");
}

TEST_F(PushTest, RestartStartsTheProcessAnewAndLogsShowIt) {
  const Example example(cluster(), "app");
  ASSERT_TRUE(example.Push().ok());
  const AppPod before = example.ReadyPod();
  const Outcome restart = cluster().Hawser({"restart", "app"});
  EXPECT_TRUE(restart.ok()) << restart.err;
  EXPECT_NE(restart.out.find(before.name), std::string::npos) << restart.out;
  const auto starts = [&] {
    const std::string log = cluster().Hawser({"logs", "app"}).out;
    size_t count = 0;
    for (size_t at = 0; (at = log.find("listens on port", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  EXPECT_TRUE(Eventually([&] { return starts() == 2; }));
  EXPECT_EQ(example.Pod().app_restarts, before.app_restarts);
  EXPECT_EQ(example.Pod().name, before.name);
}

TEST_F(PushFaultTest, FilesAreThereBeforeACrashedContainersAppStarts) {
  const Example example(cluster(), "app");
  example.SaveVersion("crash-proof");
  ASSERT_TRUE(example.Push().ok());
  const AppPod pod = example.ReadyPod();
  KillContainer(pod.app_id);
  ASSERT_TRUE(Eventually([&] { return example.Pod().app_restarts == pod.app_restarts + 1; }));
  EXPECT_EQ(example.ReadyPod().name, pod.name);
  EXPECT_TRUE(example.AppLog().starts_with("version crash-proof listens")) << example.AppLog();
}

TEST_F(PushTest, NewPodIsBroughtUpToDateBeforeItsAppStarts) {
  const Example example(cluster(), "app");
  example.SaveVersion("follows");
  Background push(example.Watch());
  const AppPod pod = example.ReadyPod();
  cluster().Kubectl({"delete", "pod", pod.name, "--wait=false"});
  AppPod next;
  ASSERT_TRUE(Eventually([&] {
    next = example.Pod();
    return next.ready && next.name != pod.name;
  })) << push.Out()
      << push.Err();
  EXPECT_TRUE(example.AppLog().starts_with("version follows listens")) << example.AppLog();
  EXPECT_TRUE(
      Eventually([&] { return push.Out().find(pod.name + ": gone") != std::string::npos; }));
  EXPECT_NE(push.Out().find(next.name + ": up to date"), std::string::npos) << push.Out();
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();
}

TEST_F(PushTest, ReplicasThatJoinStartWithTheConfirmedTree) {
  const Example example(cluster(), "app");
  example.SaveVersion("scaled");
  Background push(example.Watch());
  example.ReadyPod();
  cluster().Kubectl({"scale", "deployment", "app", "--replicas=3"});
  const auto log_of = [this](const nlohmann::json& pod) {
    return cluster().TryKubectl({"logs", kube::NameOf(pod), "-c", "app"}).out;
  };
  EXPECT_TRUE(Eventually([&] {
    const auto pods = cluster().Pods("hawser.dev/session=app");
    return pods.size() == 3 && std::all_of(pods.begin(), pods.end(), [&](const auto& pod) {
             return log_of(pod).find(" listens") != std::string::npos;
           });
  })) << push.Out()
      << push.Err();
  for (const nlohmann::json& pod : cluster().Pods("hawser.dev/session=app")) {
    const std::string log = log_of(pod);
    EXPECT_EQ(log.find("version "), log.find("version scaled listens")) << log;
  }
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();
}

TEST_F(PushFaultTest, ReconnectsToAKilledAgentAndTheNextSaveArrives) {
  const Example example(cluster(), "app");
  Background push(example.Watch());
  const AppPod pod = example.ReadyPod();
  KillContainer(pod.agent_id);
  ASSERT_TRUE(Eventually([&] {
    return push.Out().find(pod.name + ": connected again") != std::string::npos;
  })) << push.Out()
      << push.Err();
  EXPECT_NE(push.Out().find(pod.name + ": not connected, trying again"), std::string::npos)
      << push.Out();
  example.SaveVersion("after");
  EXPECT_TRUE(example.Serves("after")) << push.Out() << push.Err();
  EXPECT_EQ(example.Pod().app_restarts, pod.app_restarts);
}

TEST_F(PushFaultTest, GoesOnWithNewKeysWhenTheOldOnesAreDeleted) {
  const Example example(cluster(), "app");
  Background push(example.Watch());
  const AppPod pod = example.ReadyPod();
  const auto uid = [&] {
    return kube::StringAt(cluster().Get("secret/hawser-app"), "/metadata/uid");
  };
  const std::string before = uid();
  cluster().Kubectl({"delete", "secret", "hawser-app"});
  example.SaveVersion("old-connection");
  EXPECT_TRUE(example.Serves("old-connection")) << push.Out() << push.Err();
  KillContainer(pod.agent_id);
  ASSERT_TRUE(Eventually([&] { return !uid().empty(); }));
  EXPECT_NE(uid(), before);
  example.SaveVersion("new-keys");
  EXPECT_TRUE(
      Eventually([&] { return example.ServedVersion() == "new-keys"; }, std::chrono::minutes(3)))
      << push.Out() << push.Err();
  EXPECT_EQ(example.Pod().app_restarts, pod.app_restarts);
}

TEST_F(PushTest, EndsAndSaysSoWhenItsSessionIsDeleted) {
  const Example example(cluster(), "app");
  Background push(example.Watch());
  example.ReadyPod();
  cluster().Kubectl({"delete", "devsession", "app", "--timeout=60s"});
  EXPECT_EQ(push.Wait(std::chrono::seconds(20)), 1);
  EXPECT_NE(push.Err().find("session app was deleted"), std::string::npos) << push.Err();
}

}  // namespace
}  // namespace hawser::e2e
