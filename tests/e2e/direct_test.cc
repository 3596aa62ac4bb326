// The way straight to a pod's address: taken where it is there, not missed where it is not.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "lib/kube/object.h"
#include "tests/e2e/example.h"

namespace hawser::e2e {
namespace {

// What this machine sends to a pod's agent vanishes, as where a laptop has no way to pods.
class Blocked {
 public:
  explicit Blocked(const std::string& address) {
    const Outcome made = RunProgram(
        {"nft", "-f", "-"}, "table ip " + Table() +
                                " {\n  chain out {\n    type filter hook output priority 0\n"
                                "    ip daddr " +
                                address + " tcp dport 40100 drop\n  }\n}\n");
    EXPECT_TRUE(made.ok()) << made.err;
  }
  ~Blocked() { RunProgram({"nft", "delete", "table", "ip", Table()}); }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

 private:
  static std::string Table() { return "hawser_test_" + std::to_string(::getpid()); }
};

class DirectTest : public LocalClusterTest {
 protected:
  std::string AddressOf(const AppPod& pod) const {
    return kube::StringAt(cluster().Get("pod/" + pod.name), "/status/podIP");
  }

  // The shortest of some runs of `hawser status`.
  Duration StatusTime(const Arguments& more) const {
    Duration shortest = Duration::max();
    for (int run = 0; run < 5; ++run) {
      Arguments arguments = {"status", "app"};
      arguments.insert(arguments.end(), more.begin(), more.end());
      const TimePoint start = std::chrono::steady_clock::now();
      EXPECT_TRUE(cluster().Hawser(arguments).ok());
      shortest = std::min(shortest, std::chrono::steady_clock::now() - start);
    }
    return shortest;
  }
};

TEST_F(DirectTest, PushGoesStraightToThePodUnlessToldNotTo) {
  const Example example(cluster(), "app");
  example.ReadyPod();
  {
    Background push(example.Watch());
    example.SaveVersion("direct");
    EXPECT_TRUE(example.Serves("direct")) << push.Out() << push.Err();
    EXPECT_NE(push.Out().find("connected directly"), std::string::npos) << push.Out();
    EXPECT_NE(cluster().Hawser({"status", "app", "-o", "json"}).out.find("\"path\":\"direct\""),
              std::string::npos);
  }
  Arguments watch = example.Watch();
  watch.emplace_back("--no-direct");
  Background push(watch);
  example.SaveVersion("not direct");
  EXPECT_TRUE(example.Serves("not direct")) << push.Out() << push.Err();
  EXPECT_NE(push.Out().find("connected through the API server"), std::string::npos) << push.Out();
}

TEST_F(DirectTest, WhereThePodIsOutOfReachTheApiServersWayIsTakenWithoutDelay) {
  const Example example(cluster(), "app");
  const Blocked blocked(AddressOf(example.ReadyPod()));
  Background push(example.Watch());
  example.SaveVersion("blocked");
  EXPECT_TRUE(example.Serves("blocked")) << push.Out() << push.Err();
  EXPECT_NE(push.Out().find("connected through the API server"), std::string::npos) << push.Out();
  // A lost first packet alone would cost TCP a second.
  EXPECT_LT(StatusTime({}), StatusTime({"--no-direct"}) + std::chrono::milliseconds(500));
}

TEST_F(DirectTest, AWayThatBeginsToSwallowPacketsIsLeft) {
  const Example example(cluster(), "app");
  Background push(example.Watch());
  const AppPod pod = example.ReadyPod();
  ASSERT_TRUE(
      Eventually([&] { return push.Out().find("connected directly") != std::string::npos; }));
  const Blocked blocked(AddressOf(pod));
  example.SaveVersion("after");
  EXPECT_TRUE(
      Eventually([&] { return example.ServedVersion() == "after"; }, std::chrono::minutes(2)))
      << push.Out() << push.Err();
  EXPECT_NE(push.Out().find("connected again through the API server"), std::string::npos)
      << push.Out();
}

}  // namespace
}  // namespace hawser::e2e
