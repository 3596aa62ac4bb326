// Who leads, when, and what a hand-over takes.
#include "lib/kube/lease.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "lib/kube/object.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::FakeClock;
using testing::FakeKubeApi;

const ObjectKey kLease{"hawser-system", "hawser-controller"};

class LeaseTest : public ::testing::Test {
 protected:
  json Lease() { return api_.Get(resources::kLeases, kLease).value_or(json()); }
  std::string Holder() { return StringAt(Lease(), "/spec/holderIdentity"); }

  FakeClock clock_;
  FakeKubeApi api_{clock_};
  LeaderElection a_{{.key = kLease, .identity = "a"}, api_, clock_};
  LeaderElection b_{{.key = kLease, .identity = "b"}, api_, clock_};
};

TEST_F(LeaseTest, FirstToAskLeads) {
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_TRUE(b_.Attempt().ok());
  EXPECT_TRUE(a_.Leads());
  EXPECT_FALSE(b_.Leads());
  EXPECT_EQ(Holder(), "a");
  EXPECT_EQ(IntegerAt(Lease(), "/spec/leaseDurationSeconds"), 10);
  EXPECT_EQ(IntegerAt(Lease(), "/spec/leaseTransitions"), 0);
  EXPECT_EQ(StringAt(Lease(), "/spec/renewTime"), "2026-01-02T03:04:05.000000Z");
}

TEST_F(LeaseTest, HolderThatRenewsStays) {
  for (int second = 0; second < 60; ++second) {
    EXPECT_TRUE(a_.Attempt().ok());
    EXPECT_TRUE(b_.Attempt().ok());
    clock_.Advance(seconds(1));
    EXPECT_TRUE(a_.Leads());
    EXPECT_FALSE(b_.Leads());
  }
}

TEST_F(LeaseTest, OneThatWaitsWritesNothing) {
  EXPECT_TRUE(a_.Attempt().ok());
  const size_t before = api_.writes();
  for (int second = 0; second < 9; ++second) {
    EXPECT_TRUE(b_.Attempt().ok());
    clock_.Advance(seconds(1));
  }
  EXPECT_EQ(api_.writes(), before);
}

TEST_F(LeaseTest, SilentHolderIsFollowedAndNeverTwoLead) {
  EXPECT_TRUE(a_.Attempt().ok());
  int taken_after = 0;
  for (; !b_.Leads(); ++taken_after) {
    ASSERT_LT(taken_after, 15) << "seconds a hand-over may take";
    EXPECT_TRUE(b_.Attempt().ok());
    EXPECT_FALSE(a_.Leads() && b_.Leads());
    clock_.Advance(seconds(1));
  }
  EXPECT_GT(taken_after, 7) << "a holder has its time to find the server again";
  EXPECT_EQ(IntegerAt(Lease(), "/spec/leaseTransitions"), 1);
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_FALSE(a_.Leads()) << "who comes back has lost it";
}

TEST_F(LeaseTest, CleanStopHandsOverAtOnce) {
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_TRUE(b_.Attempt().ok());
  EXPECT_TRUE(a_.Release().ok());
  EXPECT_FALSE(a_.Leads());
  EXPECT_TRUE(b_.Attempt().ok());
  EXPECT_TRUE(b_.Leads());
  EXPECT_TRUE(a_.Release().ok()) << "what is not held is not released";
  EXPECT_EQ(Holder(), "b");
}

TEST_F(LeaseTest, LeaderGivesUpBeforeOthersMayFollow) {
  EXPECT_TRUE(a_.Attempt().ok());
  api_.SetFault([](const testing::KubeCall&) { return UnavailableError("no route"); });
  clock_.Advance(seconds(6));
  EXPECT_FALSE(a_.Attempt().ok());
  EXPECT_TRUE(a_.Leads());
  clock_.Advance(seconds(1));
  EXPECT_FALSE(a_.Leads());
  api_.SetFault({});
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_TRUE(a_.Leads()) << "nobody was faster";
}

TEST_F(LeaseTest, OfTwoAtOnceOneWins) {
  LeaseMachine a({.key = kLease, .identity = "a"});
  LeaseMachine b({.key = kLease, .identity = "b"});
  ASSERT_TRUE(a_.Attempt().ok());
  ASSERT_TRUE(a_.Release().ok());
  const json live = Lease();
  const json by_a = a.Next(live, clock_.Now(), clock_.WallNow()).value();
  const json by_b = b.Next(live, clock_.Now(), clock_.WallNow()).value();
  EXPECT_TRUE(api_.Patch(resources::kLeases, kLease, PatchType::kMerge, by_a, "").ok());
  EXPECT_EQ(api_.Patch(resources::kLeases, kLease, PatchType::kMerge, by_b, "").status().code(),
            Code::kAborted);
}

TEST_F(LeaseTest, OthersClocksDoNotMatter) {
  json lease = MakeObject(resources::kLeases, kLease);
  lease["spec"] = {{"holderIdentity", "old"},
                   {"leaseDurationSeconds", 15},
                   {"renewTime", "1999-01-01T00:00:00.000000Z"}};
  ASSERT_TRUE(api_.Create(resources::kLeases, kLease.ns, lease).ok());
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_FALSE(a_.Leads()) << "its record may have been written just now";
  clock_.Advance(seconds(15));
  EXPECT_TRUE(a_.Attempt().ok());
  EXPECT_TRUE(a_.Leads());
}

TEST_F(LeaseTest, RunsFromAcquiringToLosing) {
  const SystemClock clock;
  LeaderElection election({.key = kLease,
                           .identity = "a",
                           .duration = seconds(2),
                           .renew_deadline = seconds(1),
                           .retry = std::chrono::milliseconds(5)},
                          api_, clock);
  std::stop_source stop;
  ASSERT_TRUE(election.Acquire(stop.get_token()).ok());
  std::atomic<int> lost = 0;
  std::jthread holder([&] { election.Hold(stop.get_token(), [&] { ++lost; }); });
  api_.SetFault([](const testing::KubeCall&) { return UnavailableError("no route"); });
  holder.join();
  EXPECT_EQ(lost, 1);
  EXPECT_FALSE(election.Leads());
  stop.request_stop();
  EXPECT_EQ(election.Acquire(stop.get_token()).code(), Code::kCancelled);
}

}  // namespace
}  // namespace hawser::kube
