// The status as JSON: whole, and split between its two writers.
#include "lib/devsession/session_status.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lib/devsession/devsession.h"

namespace hawser::devsession {
namespace {

using nlohmann::json;

SessionStatus Full() {
  SessionStatus status;
  status.observed_generation = 4;
  status.phase = "Ready";
  status.conditions = {{.type = "Ready",
                        .status = "True",
                        .reason = "Ready",
                        .message = "fine",
                        .observed_generation = 4,
                        .last_transition_time = "2026-01-02T03:04:05Z"},
                       {.type = kSyncedCondition,
                        .status = "True",
                        .reason = "Synced",
                        .message = "batch 7",
                        .observed_generation = 4,
                        .last_transition_time = "2026-01-02T03:04:06Z"}};
  status.pods = {{.name = "api-1",
                  .ready = true,
                  .agent_version = "0.1.0",
                  .batch = 7,
                  .tree_digest = std::string(64, 'a'),
                  .restarts = 2,
                  .problems = {{.path = "src/a", .reason = "ReadOnly", .message = "no"}}}};
  status.last_sync = LastSync{.batch = 7, .time = "2026-01-02T03:04:06Z", .files = 1, .bytes = 70};
  status.last_sync->by = "ann@laptop";
  status.restarts = Restarts{.requested = 2,
                             .handled = 1,
                             .last_time = "2026-01-02T03:04:06Z",
                             .policy = "Process",
                             .reason = "Requested",
                             .message = "taken up",
                             .annotation = "2",
                             .pending = {"uid-1"}};
  status.direct_restarts =
      DirectRestarts{.count = 1, .last_time = "2026-01-02T03:04:06Z", .pods = {"api-1"}};
  return status;
}

SessionStatus ReadBack(const json& status) {
  return ParseMetadata({{"metadata", {{"name", "api"}}}, {"status", status}}).status;
}

TEST(SessionStatusTest, ReadsBackWhatItWrites) {
  EXPECT_EQ(ReadBack(StatusToJson(Full())), Full());
  EXPECT_EQ(ReadBack(StatusToJson(SessionStatus{})), SessionStatus{});
}

TEST(SessionStatusTest, TakesNullForNone) {
  const json status = {{"pods", nullptr},     {"ports", nullptr},    {"undone", nullptr},
                       {"lastSync", nullptr}, {"restarts", nullptr}, {"directRestarts", nullptr}};
  EXPECT_EQ(ReadBack(status), SessionStatus{});
}

TEST(SessionStatusTest, GivesTheControllerNothingThatTheCommandLineReports) {
  const json status = ControllerStatusToJson(Full());
  EXPECT_EQ(status["pods"][0], (json{{"name", "api-1"}, {"ready", true}, {"restarts", 2}}));
  EXPECT_FALSE(status.contains("lastSync"));
  EXPECT_FALSE(status.contains("directRestarts"));
  EXPECT_EQ(status["restarts"]["requested"], 2);
}

TEST(SessionStatusTest, SaysThatThereAreNoPortsRatherThanNothing) {
  EXPECT_EQ(ControllerStatusToJson(SessionStatus{})["ports"], json::array());
}

TEST(SessionStatusTest, GivesTheCommandLineNothingThatTheControllerReports) {
  const json status = SyncStatusToJson(Full());
  ASSERT_EQ(status["conditions"].size(), 1U);
  EXPECT_EQ(status["conditions"][0]["type"], kSyncedCondition);
  EXPECT_FALSE(status["pods"][0].contains("ready"));
  EXPECT_FALSE(status["pods"][0].contains("restarts"));
  EXPECT_EQ(status["pods"][0]["batch"], 7);
  EXPECT_FALSE(status.contains("phase"));
  EXPECT_FALSE(status.contains("restarts"));
  EXPECT_FALSE(status.contains("observedGeneration"));
}

TEST(SessionStatusTest, FindsConditionsByType) {
  const SessionStatus status = Full();
  EXPECT_EQ(FindCondition(status, "Ready"), &status.conditions[0]);
  EXPECT_EQ(FindCondition(status, "Absent"), nullptr);
}

TEST(SessionStatusTest, NamesTheSecretAfterTheSession) {
  EXPECT_EQ(SecretName("api"), "hawser-api");
}

}  // namespace
}  // namespace hawser::devsession
