// The commands that ask agents a question: status, restart, version.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/base/version.h"
#include "tests/local-cli/commands/fake_cluster.h"

namespace hawser::cli {
namespace {

using nlohmann::json;

TEST(StatusTest, ListsTheSessionsOfTheNamespace) {
  FakeCluster cluster;
  ASSERT_TRUE(RunStatus({}, cluster.Json()).ok());
  const json document = cluster.document();
  EXPECT_EQ(document["namespace"], "team");
  ASSERT_EQ(document["sessions"].size(), 1U);
  EXPECT_EQ(document["sessions"][0]["name"], "dev");
}

TEST(LsTest, ListsTheSessionsOfEveryNamespace) {
  FakeCluster cluster;
  ASSERT_TRUE(RunLs({.all_namespaces = true}, cluster.Json()).ok());
  const json document = cluster.document();
  EXPECT_EQ(document["namespace"], "");
  ASSERT_EQ(document["sessions"].size(), 1U);
  EXPECT_EQ(document["sessions"][0]["mode"], "InPlace");
}

TEST(StatusTest, ShowsWhatEachAgentSaysAndWhyOneSaysNothing) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1.2.3", AnswerQuestions);
  cluster.AddWaitingPod("api-2");
  ASSERT_TRUE(RunStatus({.session = "dev"}, cluster.Json()).ok());
  const json pods = cluster.document()["pods"];
  ASSERT_EQ(pods.size(), 2U);
  EXPECT_EQ(pods[0]["agentVersion"], "1.2.3");
  EXPECT_EQ(pods[0]["app"], "running");
  EXPECT_EQ(pods[0]["path"], "apiServer");
  EXPECT_EQ(pods[0]["pid"], 42);
  EXPECT_NE(pods[1]["error"].get<std::string>().find("ImagePullBackOff"), std::string::npos);
}

TEST(StatusTest, SaysWhereToLookForASessionThatIsNotThere) {
  FakeCluster cluster;
  const Status status = RunStatus({.session = "web"}, cluster.Text());
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("hawser status -n team"), std::string::npos) << status;
  EXPECT_EQ(cluster.out(), "");
}

TEST(RestartTest, PrintsTheNewProcessOfEachPod) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", AnswerQuestions);
  ASSERT_TRUE(RunRestart({.session = "dev"}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "api-1: restarted, pid 42\n");
}

TEST(RestartTest, IsDoneEvenIfItCannotBeCounted) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", AnswerQuestions);
  cluster.api().SetFault([](const testing::KubeCall& call) {
    return call.IsWrite() ? PermissionDeniedError("devsessions/status is forbidden") : OkStatus();
  });
  EXPECT_TRUE(RunRestart({.session = "dev"}, cluster.Text()).ok());
  EXPECT_NE((cluster.out() + cluster.err()).find("not counted"), std::string::npos);
}

TEST(RestartTest, FailsWhenOnePodDidNotRestart) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", AnswerQuestions);
  cluster.AddPod("api-2", "1", [](wire::Channel& client) {
    (void)client.Receive(In(std::chrono::seconds(20)));
    (void)client.Send(wire::RestartResult{.message = "the policy is Never"},
                      In(std::chrono::seconds(20)));
  });
  const Status status = RunRestart({.session = "dev"}, cluster.Json());
  EXPECT_NE(status.message().find("1 pod"), std::string::npos) << status;
  EXPECT_EQ(cluster.document(), json::parse(R"({"pods": [{"pod": "api-1", "pid": 42},
                                     {"pod": "api-2", "error": "the policy is Never"}]})"));
}

TEST(RestartTest, ExplainsASessionWithoutPods) {
  FakeCluster cluster;
  const Status status = RunRestart({.session = "dev"}, cluster.Text());
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_NE(status.message().find("no pods"), std::string::npos) << status;
}

TEST(VersionTest, ShowsWhatTheRunningAgentsSayAndThatOneDiffers) {
  FakeCluster cluster;
  cluster.AddPod("api-1", kVersion, AnswerQuestions);
  cluster.AddPod("api-2", "0.0.1", AnswerQuestions);
  cluster.AddWaitingPod("api-3");
  ASSERT_TRUE(RunVersion({}, cluster.Text()).ok());
  const std::string out = cluster.out();
  EXPECT_NE(out.find("agent       " + std::string(kVersion) + " (api-1)\n"), std::string::npos)
      << out;
  EXPECT_NE(out.find("agent       0.0.1 (api-2), not this hawser's version\n"), std::string::npos);
  EXPECT_NE(out.find("agent       unknown (api-3): container hawser-agent"), std::string::npos);
  EXPECT_NE(out.find("update the older side"), std::string::npos);
}

TEST(VersionTest, SaysNothingOfUpdatesWhenAllAgree) {
  FakeCluster cluster;
  cluster.AddPod("api-1", kVersion, AnswerQuestions);
  ASSERT_TRUE(RunVersion({}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out().find("update"), std::string::npos) << cluster.out();
}

TEST(VersionTest, TellsProgramsWhichAgentsDiffer) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "0.0.1", AnswerQuestions);
  ASSERT_TRUE(RunVersion({}, cluster.Json()).ok());
  const json document = cluster.document();
  EXPECT_EQ(document["client"], kVersion);
  EXPECT_EQ(document["server"], "v1.20.2");
  EXPECT_EQ(document["agents"],
            json::parse(R"([{"pod": "api-1", "version": "0.0.1", "differs": true}])"));
}

TEST(VersionTest, DoesNotFailForLackOfACluster) {
  FakeCluster cluster;
  cluster.BreakConfig(NotFoundError("no kubeconfig"));
  ASSERT_TRUE(RunVersion({}, cluster.Json()).ok());
  EXPECT_EQ(cluster.document()["clusterError"], "no kubeconfig");
}

}  // namespace
}  // namespace hawser::cli
