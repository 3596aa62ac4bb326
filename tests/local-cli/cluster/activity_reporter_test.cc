// What of a session's use reaches its status.
#include "local-cli/cluster/activity_reporter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "lib/kube/object.h"
#include "local-cli/cluster/sessions.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"

namespace hawser::cli {
namespace {

class ActivityReporterTest : public ::testing::Test {
 protected:
  ActivityReporterTest() {
    api_.AddResource(kDevSessions);
    nlohmann::json session = testing::MakeSession();
    session["metadata"] = {{"name", "dev"}};
    session["spec"]["idle"] = {{"after", "1h"}};
    EXPECT_TRUE(api_.Create(kDevSessions, "team", session).ok());
  }

  devsession::DevSession Session() { return FindSession(api_, {"team", "dev"}).value(); }

  /// Reports through one that lives as long as `use` runs.
  void Report(const std::function<void(ActivityReporter&)>& use) {
    ActivityReporter reporter(api_, clock_, Session(), [this](const Status&) { ++refusals_; });
    use(reporter);
  }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  std::atomic<int> refusals_ = 0;
};

TEST_F(ActivityReporterTest, TellsOfUseBeforeItEnds) {
  Report([](ActivityReporter& reporter) {
    for (int i = 0; i < 1000; ++i) reporter.Note();
  });
  EXPECT_EQ(Session().status.last_active, "2026-01-02T03:04:05Z");
  EXPECT_LE(api_.writes(), 3U) << "the session's creation, and not one for each note";
}

TEST_F(ActivityReporterTest, TellsOfUseThatGoesOnWithoutANote) {
  Report([&](ActivityReporter& reporter) {
    reporter.Hold(std::chrono::hours(1));
    const TimePoint limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (Session().status.last_active.empty() && std::chrono::steady_clock::now() < limit) {
      std::this_thread::yield();
    }
    EXPECT_NE(Session().status.last_active, "");
  });
  EXPECT_LE(api_.writes(), 2U) << "the session's creation, and one report";
}

TEST_F(ActivityReporterTest, WritesNothingWithoutUse) {
  Report([](ActivityReporter&) {});
  EXPECT_EQ(api_.writes(), 1U);
}

TEST_F(ActivityReporterTest, LeavesWhatPushesReport) {
  nlohmann::json object = kube::MakeObject(kDevSessions, {"team", "dev"});
  object["status"]["lastSync"] = {{"batch", 3}, {"time", "2026-01-02T00:00:00Z"}};
  ASSERT_TRUE(api_.Apply(kDevSessions, {"team", "dev"}, object, devsession::kCommandLineManager,
                         true, "status")
                  .ok());
  Report([](ActivityReporter& reporter) { reporter.Note(); });
  EXPECT_EQ(Session().status.last_sync->batch, 3U);
  ASSERT_TRUE(api_.Apply(kDevSessions, {"team", "dev"}, object, devsession::kCommandLineManager,
                         true, "status")
                  .ok());
  EXPECT_NE(Session().status.last_active, "");
}

TEST_F(ActivityReporterTest, SaysOnceThatItMayNot) {
  api_.SetFault([](const testing::KubeCall& call) {
    return call.IsWrite() ? PermissionDeniedError("no") : OkStatus();
  });
  Report([](ActivityReporter& reporter) { reporter.Note(); });
  EXPECT_EQ(refusals_, 1);
}

TEST_F(ActivityReporterTest, EndsWhileTheServerIsAway) {
  api_.SetFault([](const testing::KubeCall& call) {
    return call.IsWrite() ? UnavailableError("away") : OkStatus();
  });
  Report([](ActivityReporter& reporter) { reporter.Note(); });
  EXPECT_EQ(refusals_, 0);
}

}  // namespace
}  // namespace hawser::cli
