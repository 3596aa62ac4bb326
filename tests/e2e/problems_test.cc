// What a push tells of paths and steps that failed in the pod, and what it brings all the same.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

class ProblemsTest : public ClusterTest {
 protected:
  void Patch(const nlohmann::json& spec) const {
    const nlohmann::json patch{{"spec", spec}};
    cluster().Kubectl({"patch", "devsession", "app", "--type=merge", "-p", patch.dump()});
  }

  /// Those in the session's status, of all pods.
  std::vector<nlohmann::json> Problems() const {
    std::vector<nlohmann::json> all;
    const nlohmann::json session = cluster().Get("devsession/app");
    for (const auto& pod : session.value("/status/pods"_json_pointer, nlohmann::json::array())) {
      const auto problems = pod.value("problems", nlohmann::json::array());
      all.insert(all.end(), problems.begin(), problems.end());
    }
    return all;
  }

  bool Tells(const std::string& text) const {
    const auto problems = Problems();
    return std::any_of(problems.begin(), problems.end(), [&](const auto& problem) {
      return problem.dump().find(text) != std::string::npos;
    });
  }
};

TEST_F(ProblemsTest, NamesThatAreNotTextArriveAndAreTold) {
  const Example example(cluster(), "app");
  Patch({{"sync",
          {{{"from", "src"}, {"to", "/app/src"}}, {{"from", "etc"}, {"to", "/etc/hawser"}}}}});
  example.Save("src/caf\xe9 \n.txt", "");
  example.Save("etc/\xff.conf", "for root alone");
  const Outcome push = example.Push();
  EXPECT_FALSE(push.ok()) << "not everything could be written";
  EXPECT_NE(push.err.find("/etc/hawser"), std::string::npos) << push.out << push.err;
  const std::string names =
      cluster().Kubectl({"exec", example.ReadyPod().name, "-c", "app", "--", "python3", "-c",
                         "import os; print(ascii(sorted(os.listdir(b'/app/src'))))"});
  EXPECT_NE(names.find("b'caf\\xe9 \\n.txt'"), std::string::npos) << names;
  EXPECT_TRUE(Eventually([&] { return Tells("/etc/hawser"); })) << nlohmann::json(Problems());
}

TEST_F(ProblemsTest, AStepThatFailedIsToldAndRunsAgainWithTheNextBatch) {
  const Example example(cluster(), "app");
  const std::string program =
      "import os, sys; sys.exit(0 if os.path.exists('/app/src/mended') else 3)";
  Patch({{"steps", {{{"run", {"python3", "-c", program}}, {"on", {"src/version.py"}}}}}});
  Background push(example.Watch());
  example.ReadyPod();
  EXPECT_TRUE(Eventually([&] { return Tells("exit code 3"); })) << push.Out() << push.Err();
  EXPECT_TRUE(Tells("it runs again with the next batch"));
  example.Save("src/mended", "");
  EXPECT_TRUE(Eventually([&] { return Problems().empty(); })) << nlohmann::json(Problems());
  EXPECT_EQ(push.Interrupt(), 0) << push.Err();
}

}  // namespace
}  // namespace hawser::e2e
