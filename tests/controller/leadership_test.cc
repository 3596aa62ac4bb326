// Work begins with the lease and ends before it is given up.
#include "controller/leadership.h"

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "lib/kube/object.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/recorded_metrics.h"

namespace hawser::controller {
namespace {

const kube::ObjectKey kLease{"hawser-system", "hawser-controller"};

class LeadershipTest : public ::testing::Test {
 protected:
  std::string LeaseHolder() {
    const auto lease = api_.Get(kube::resources::kLeases, kLease);
    return lease.ok() ? kube::StringAt(*lease, "/spec/holderIdentity") : "none";
  }

  SystemClock clock_;
  testing::FakeKubeApi api_{clock_};
  kube::LeaderElection election_{{.key = kLease,
                                  .identity = "a",
                                  .duration = std::chrono::seconds(2),
                                  .renew_deadline = std::chrono::seconds(1),
                                  .retry = std::chrono::milliseconds(5)},
                                 api_,
                                 clock_};
  std::stop_source stop_;
};

TEST_F(LeadershipTest, WorksWithTheLeaseAndGivesItUpAfter) {
  std::string during;
  const auto work = [&](std::stop_token) {
    during = LeaseHolder();
    return InternalError("what the work says");
  };
  const Status status = RunAsLeader(election_, stop_.get_token(), work, [] { FAIL(); });
  EXPECT_EQ(status, InternalError("what the work says"));
  EXPECT_EQ(during, "a");
  EXPECT_EQ(LeaseHolder(), "");
}

TEST_F(LeadershipTest, NeverBeginsWhenItIsStoppedBefore) {
  stop_.request_stop();
  const auto work = [](std::stop_token) { return InternalError("began"); };
  EXPECT_EQ(RunAsLeader(election_, stop_.get_token(), work, [] {}), OkStatus());
  EXPECT_EQ(LeaseHolder(), "none");
}

TEST_F(LeadershipTest, SaysThatTheLeaseIsLostWhileTheWorkGoesOn) {
  std::atomic<bool> lost = false;
  const auto work = [&](std::stop_token) {
    api_.SetFault([](const testing::KubeCall&) { return UnavailableError("no route"); });
    lost.wait(false);
    return OkStatus();
  };
  const auto on_lost = [&] {
    lost = true;
    lost.notify_all();
  };
  EXPECT_TRUE(RunAsLeader(election_, stop_.get_token(), work, on_lost).ok());
  EXPECT_TRUE(lost);
}

TEST_F(LeadershipTest, TellsWhileItLeads) {
  testing::RecordedMetrics metrics;
  const std::string series = "leader_election_master_status{name=lease}";
  double during = 0;
  const auto work = TellingLeadership(
      [&](std::stop_token) {
        during = metrics.Values().at(series);
        return InternalError("what the work says");
      },
      "lease", metrics);
  EXPECT_EQ(metrics.Values().at(series), 0);
  EXPECT_EQ(work(stop_.get_token()), InternalError("what the work says"));
  EXPECT_EQ(during, 1);
  EXPECT_EQ(metrics.Values().at(series), 0);
}

}  // namespace
}  // namespace hawser::controller
