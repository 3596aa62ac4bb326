// Sessions, pods and keys as the API server holds them.
#include "local-cli/cluster/sessions.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/base/base64.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::cli {
namespace {

using nlohmann::json;

TEST(SessionsTest, ReadsWhatMattersOfAPod) {
  const json pod = json::parse(R"({
      "metadata": {"name": "a", "uid": "1"},
      "status": {"phase": "Running",
                 "conditions": [{"type": "Ready", "status": "True"}],
                 "containerStatuses": [{"name": "api", "state": {"running": {}}},
                                       {"name": "hawser-agent", "state": {"running": {}}}]}})");
  EXPECT_EQ(ParsePod(pod),
            (PodView{.name = "a", .uid = "1", .agent_running = true, .ready = true}));
}

TEST(SessionsTest, ReadsWhereAnAgentListensBesideLoopback) {
  json pod = json::parse(R"({
      "metadata": {"name": "a", "uid": "1"},
      "spec": {"containers": [{"name": "api", "command": ["app", "--direct", "x"]},
                              {"name": "hawser-agent",
                               "command": ["serve", "--direct", "$(POD_IP):40100"]}]},
      "status": {"podIP": "10.244.0.7"}})");
  EXPECT_EQ(ParsePod(pod).direct_address, "10.244.0.7");
  pod["spec"]["containers"][1]["command"] = {"serve", "--listen", "127.0.0.1:40100"};
  EXPECT_EQ(ParsePod(pod).direct_address, "");
}

TEST(SessionsTest, SaysWhyAPodDoesNotRun) {
  json pod = json::parse(R"({
      "metadata": {"name": "a", "uid": "1"},
      "status": {"phase": "Pending", "containerStatuses": [
          {"name": "hawser-agent",
           "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]}})");
  EXPECT_EQ(ParsePod(pod).waiting,
            "container hawser-agent is waiting: ImagePullBackOff: no such image");
  EXPECT_FALSE(ParsePod(pod).agent_running);
  pod["status"]["conditions"] = json::parse(
      R"([{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}])");
  EXPECT_EQ(ParsePod(pod).waiting, "not scheduled: 0/1 nodes are available");
}

TEST(SessionsTest, TakesDeletedAndFinishedPodsForEnding) {
  EXPECT_TRUE(ParsePod(json::parse(R"({"metadata": {"name": "a", "deletionTimestamp":
      "2026-01-02T03:04:05Z"}})"))
                  .ending);
  EXPECT_TRUE(ParsePod(json::parse(R"({"status": {"phase": "Failed"}})")).ending);
}

TEST(SessionsTest, SaysWhereToLookForAMissingSession) {
  const testing::FakeClock clock;
  testing::FakeKubeApi api(clock);
  api.AddResource(kDevSessions);
  const Status status = FindSession(api, {.ns = "dev", .name = "api"}).status();
  EXPECT_EQ(status.code(), Code::kNotFound);
  EXPECT_NE(status.message().find("hawser status -n dev"), std::string::npos) << status;
}

TEST(SessionsTest, ReadsTheClientsKeys) {
  const testing::FakeClock clock;
  testing::FakeKubeApi api(clock);
  json secret{{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "hawser-api"}}}};
  secret["data"] = {{"ca.crt", EncodeBase64("CA")},
                    {"client.crt", EncodeBase64("CERT")},
                    {"client.key", EncodeBase64("KEY")}};
  ASSERT_TRUE(api.Create(kube::resources::kSecrets, "dev", secret).ok());
  const auto keys = ReadClientKeys(api, {.ns = "dev", .name = "api"});
  ASSERT_TRUE(keys.ok()) << keys.status();
  EXPECT_EQ(keys->ca + keys->certificate + keys->key, "CACERTKEY");
  EXPECT_EQ(ReadClientKeys(api, {.ns = "dev", .name = "web"}).status().code(), Code::kNotFound);
}

TEST(SessionsTest, ExplainsInTheControllersWords) {
  devsession::DevSession session;
  EXPECT_NE(ExplainNotReady(session).find("no controller"), std::string::npos);
  session.status.conditions = {{.type = "Ready", .status = "False", .reason = "R", .message = "r"},
                               {.type = "TargetFound",
                                .status = "False",
                                .reason = "TargetNotFound",
                                .message = "no Deployment api"}};
  EXPECT_EQ(ExplainNotReady(session), "TargetFound is False (TargetNotFound): no Deployment api");
}

}  // namespace
}  // namespace hawser::cli
