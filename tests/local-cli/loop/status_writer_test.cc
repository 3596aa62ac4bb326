// What reaches the session's status, and when it does not.
#include "local-cli/loop/status_writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "local-cli/cluster/sessions.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::cli {
namespace {

using devsession::SessionStatus;

const kube::ObjectKey kWrittenSession{.ns = "team", .name = "dev"};

class StatusWriterTest : public ::testing::Test {
 protected:
  StatusWriterTest() {
    api_.AddResource(kDevSessions);
    nlohmann::json session = testing::MakeSession();
    session["metadata"] = {{"name", "dev"}};
    EXPECT_TRUE(api_.Create(kDevSessions, "team", session).ok());
  }

  std::unique_ptr<StatusWriter> MakeWriter(std::optional<devsession::Condition> synced = {}) {
    return std::make_unique<StatusWriter>(api_, clock_, kWrittenSession, std::move(synced),
                                          [this](const Status&) { ++refusals_; });
  }

  static SessionStatus Synced(uint64_t batch, const std::string& status) {
    SessionStatus result;
    result.last_sync = devsession::LastSync{.batch = batch};
    result.conditions = {{.type = devsession::kSyncedCondition, .status = status, .reason = "R"}};
    return result;
  }

  nlohmann::json Stored() { return api_.Get(kDevSessions, kWrittenSession).value()["status"]; }

  /// True once the fake has seen `count` tries to write.
  bool AwaitTries(size_t count) {
    const Deadline deadline = In(std::chrono::seconds(20));
    while (api_.writes() < count + 1 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return api_.writes() >= count + 1;  // the session's creation is one
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  std::atomic<int> refusals_ = 0;
};

TEST_F(StatusWriterTest, WritesTheNewestStatusBeforeItEnds) {
  {
    const auto writer = MakeWriter();
    for (uint64_t batch = 1; batch <= 20; ++batch) writer->Write(Synced(batch, "False"));
    writer->Write(Synced(21, "True"));
  }
  EXPECT_EQ(Stored()["lastSync"]["batch"], 21);
  EXPECT_EQ(Stored()["lastSync"]["time"], "2026-01-02T03:04:05Z");
  EXPECT_EQ(Stored()["conditions"][0]["status"], "True");
  EXPECT_LT(api_.writes(), 10U) << "not once per batch";
}

TEST_F(StatusWriterTest, KeepsTheTimesOfWhatDidNotChange) {
  {
    const auto writer =
        MakeWriter(devsession::Condition{.type = devsession::kSyncedCondition,
                                         .status = "True",
                                         .last_transition_time = "2026-01-01T00:00:00Z"});
    writer->Write(Synced(4, "True"));
    ASSERT_TRUE(AwaitTries(1));
    clock_.Advance(std::chrono::hours(1));
    writer->Write(Synced(4, "True"));
  }
  EXPECT_EQ(Stored()["lastSync"]["time"], "2026-01-02T03:04:05Z");
  EXPECT_EQ(Stored()["conditions"][0]["lastTransitionTime"], "2026-01-01T00:00:00Z");
}

TEST_F(StatusWriterTest, TriesAgainAfterAPassingFailure) {
  api_.FailCall(1, UnavailableError("the API server restarts"));
  const auto writer = MakeWriter();
  writer->Write(Synced(4, "True"));
  ASSERT_TRUE(AwaitTries(2));
  EXPECT_EQ(Stored()["lastSync"]["batch"], 4);
  EXPECT_EQ(refusals_, 0);
}

TEST_F(StatusWriterTest, SaysOnceThatThisUserMayNotWriteAndStopsTrying) {
  api_.SetFault([](const testing::KubeCall& call) {
    return call.verb == "apply" ? PermissionDeniedError("no") : OkStatus();
  });
  {
    const auto writer = MakeWriter();
    writer->Write(Synced(1, "True"));
    ASSERT_TRUE(AwaitTries(1));
    writer->Write(Synced(2, "True"));
  }
  EXPECT_EQ(refusals_, 1);
  EXPECT_EQ(api_.writes(), 2U);
}

}  // namespace
}  // namespace hawser::cli
