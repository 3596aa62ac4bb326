// Files that the app writes come back into the workspace, and a new pod waits for its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

class PullTest : public ClusterTest {
 protected:
  void Write(const Example& example, const std::string& path, const std::string& text) {
    WriteIn(example.ReadyPod().name, path, text);
  }
  void WriteIn(const std::string& pod, const std::string& path, const std::string& text) {
    cluster().Kubectl(
        {"exec", pod, "-c", "app", "--", "/bin/sh", "-c", "printf '" + text + "' > " + path});
  }
  std::string ReadIn(const std::string& pod, const std::string& path) {
    return cluster().TryKubectl({"exec", pod, "-c", "app", "--", "cat", path}).out;
  }
  /// The pods that the push calls up to date, in order.
  std::vector<std::string> UpToDate(const Background& push) {
    std::vector<std::string> names;
    for (const nlohmann::json& pod : cluster().Pods("hawser.dev/session=app")) {
      const std::string name = kube::NameOf(pod);
      if (push.Out().find(name + ": up to date") != std::string::npos) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  static std::string Local(const Example& example, const std::string& path) {
    std::ifstream in(example.directory() + "/" + path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
};

TEST_F(PullTest, FetchesWhatThePodMadeAndKeepsBothVersionsOfAConflict) {
  const Example example(cluster(), "app");
  ASSERT_TRUE(example.Push().ok());
  Write(example, "/app/src/made.lock", "by the pod");
  const Outcome pull = cluster().Hawser({"pull", "app", "src/*.lock", "-C", example.directory()});
  EXPECT_TRUE(pull.ok()) << pull.err;
  EXPECT_EQ(Local(example, "src/made.lock"), "by the pod");

  ASSERT_TRUE(example.Push().ok());
  Write(example, "/app/src/made.lock", "again");
  example.Save("src/made.lock", "mine");
  const Outcome conflict = cluster().Hawser({"pull", "app", "src", "-C", example.directory()});
  EXPECT_FALSE(conflict.ok());
  EXPECT_NE(conflict.out.find("conflict src/made.lock"), std::string::npos) << conflict.out;
  EXPECT_EQ(Local(example, "src/made.lock"), "mine");
  EXPECT_EQ(Local(example, "src/made.lock.hawser-pod"), "again");
}

TEST_F(PullTest, BringsMatchingFilesBackByItselfWhileAPushWatches) {
  const Example example(cluster(), "app");
  cluster().Kubectl({"patch", "devsession", "app", "--type=json", "-p",
                     R"([{"op":"add","path":"/spec/sync/0/pull","value":["*.lock"]}])"});
  Background push(example.Watch());
  const AppPod before = example.ReadyPod();
  ASSERT_TRUE(Eventually([&] { return push.Out().find("up to date") != std::string::npos; }))
      << push.Out() << push.Err();
  const std::string log = example.AppLog();
  Write(example, "/app/src/made.lock", "by the pod");
  EXPECT_TRUE(Eventually([&] { return Local(example, "src/made.lock") == "by the pod"; }))
      << push.Out() << push.Err();
  EXPECT_TRUE(Eventually([&] {
    return push.Out().find("applied src/made.lock") != std::string::npos;
  })) << push.Out();
  EXPECT_EQ(example.AppLog(), log) << "what the pod has already restarts nothing";
  EXPECT_EQ(example.ReadyPod().app_restarts, before.app_restarts);
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();
}

TEST_F(PullTest, KeepsWhatAnyReplicaMadeBeforeASaveReplacesIt) {
  const Example example(cluster(), "app");
  cluster().Kubectl({"patch", "devsession", "app", "--type=json", "-p",
                     R"([{"op":"add","path":"/spec/sync/0/pull","value":["*.lock"]}])"});
  cluster().Kubectl({"scale", "deployment", "app", "--replicas=2"});
  Background push(example.Watch());
  ASSERT_TRUE(Eventually([&] { return UpToDate(push).size() == 2; })) << push.Out() << push.Err();
  const std::vector<std::string> pods = UpToDate(push);
  WriteIn(pods[1], "/app/src/made.lock", "by the pod");
  example.Save("src/made.lock", "mine");
  for (const std::string& pod : pods) {
    EXPECT_TRUE(Eventually([&] { return ReadIn(pod, "/app/src/made.lock") == "mine"; }))
        << push.Out() << push.Err();
  }
  EXPECT_EQ(Local(example, "src/made.lock"), "mine");
  EXPECT_EQ(Local(example, "src/made.lock." + pods[1] + ".hawser-pod"), "by the pod");
  EXPECT_TRUE(Eventually([&] {
    return push.Out().find("conflict src/made.lock") != std::string::npos;
  })) << push.Out();
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();
}

}  // namespace
}  // namespace hawser::e2e
