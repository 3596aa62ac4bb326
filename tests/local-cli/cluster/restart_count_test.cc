// Restarts through the command line, added up in the session's status.
#include "local-cli/cluster/restart_count.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "local-cli/cluster/sessions.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::cli {
namespace {

using nlohmann::json;

class RestartCountTest : public ::testing::Test {
 protected:
  void SetUp() override {
    api_.AddResource(kDevSessions);
    json session = testing::MakeSession();
    for (const char* field : {"uid", "resourceVersion", "generation", "creationTimestamp"}) {
      session["metadata"].erase(field);
    }
    ASSERT_TRUE(api_.Create(kDevSessions, key_.ns, session).ok());
  }

  json Counted() {
    const json session = api_.Get(kDevSessions, key_).value();
    return session["status"]["directRestarts"];
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  const kube::ObjectKey key_{"team", "dev"};
};

TEST_F(RestartCountTest, AddsOneAndNamesThePodsOfTheLast) {
  ASSERT_EQ(CountRestart(api_, key_, {"api-1", "api-2"}, clock_.WallNow()), OkStatus());
  ASSERT_EQ(CountRestart(api_, key_, {"api-1"}, clock_.WallNow()), OkStatus());
  EXPECT_EQ(Counted()["count"], 2);
  EXPECT_EQ(Counted()["pods"], json::array({"api-1"}));
}

TEST_F(RestartCountTest, LooksAgainWhenAnotherCommandCountedMeanwhile) {
  api_.FailCall(2, AbortedError("the object has been modified"));
  ASSERT_EQ(CountRestart(api_, key_, {"api-1"}, clock_.WallNow()), OkStatus());
  EXPECT_EQ(Counted()["count"], 1);
}

TEST_F(RestartCountTest, TellsWhyItCannot) {
  api_.SetFault([](const testing::KubeCall& call) {
    return call.IsWrite() ? PermissionDeniedError("devsessions/status is forbidden") : OkStatus();
  });
  EXPECT_EQ(CountRestart(api_, key_, {"api-1"}, clock_.WallNow()).code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace hawser::cli
