// Tokens, counts and what a process forgets.
#include "controller/audit.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/kube/session_objects.h"
#include "tests/support/recorded_metrics.h"

namespace hawser::controller {
namespace {

using nlohmann::json;

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() {
    observed_.object = std::make_shared<const json>(testing::MakeSession());
    observed_.session = devsession::ParseDevSession(*observed_.object).value();
    json pod = testing::MakePod("a", testing::Running(), testing::Running());
    pod["metadata"]["uid"] = "uid-a";
    observed_.pods.push_back(std::make_shared<const json>(std::move(pod)));
    observed_.session.status.pods = {{.name = "a", .uid = "uid-a"}};
    audit_.TellReports(observed_);
  }

  std::optional<Duration> Push(uint64_t batch) {
    observed_.session.status.pods[0].batch = batch;
    observed_.session.status.pods[0].tree_digest = "t" + std::to_string(batch);
    return audit_.TellReports(observed_);
  }
  size_t Events() { return api_.List(kube::resources::kEvents, {}).value().items.size(); }

  testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  kube::EventRecorder recorder_{api_, {"hawser.dev/controller", "c"}, clock_};
  testing::RecordedMetrics metrics_;
  Audit audit_{recorder_, metrics_, clock_};
  Observed observed_;
};

TEST_F(AuditTest, SparesTheServerBeyondTheBurst) {
  for (uint64_t batch = 1; batch <= 30; ++batch) Push(batch);
  EXPECT_EQ(Events(), 25U);
  EXPECT_EQ(Push(31), Audit::kRefill) << "the last push is told of later";
  clock_.Advance(Audit::kRefill);
  EXPECT_EQ(Push(31), std::nullopt);
  EXPECT_EQ(Events(), 26U);
  EXPECT_EQ(metrics_.Values().at("hawser_events_dropped_total{why=spared}"), 5);
}

TEST_F(AuditTest, NewProcessFindsWhatTheOneBeforeTold) {
  Push(1);
  Audit next(recorder_, metrics_, clock_);
  next.TellReports(observed_);
  EXPECT_EQ(Events(), 1U);
}

TEST_F(AuditTest, EventThatIsNotTakenIsCounted) {
  api_.FailCall(1, UnavailableError("down"));
  Push(1);
  EXPECT_EQ(Events(), 0U);
  EXPECT_EQ(metrics_.Values().at("hawser_events_dropped_total{why=failed}"), 1);
}

}  // namespace
}  // namespace hawser::controller
