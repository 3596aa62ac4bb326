// Each request once, whoever ends and comes back in between.
#include "agent/serve/restart_requests.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

constexpr uint64_t kFirst = 11;
constexpr uint64_t kSecond = 22;

class RestartRequestsTest : public ::testing::Test {
 protected:
  RestartRequestsTest() { Reopen(); }

  std::string Record() const { return volume_.path().string() + "/restarts"; }
  /// The agent's process starts anew on the same volume.
  void Reopen() { requests_ = std::make_unique<RestartRequests>(Record()); }

  /// The ids of the orders that are sent, "" for none.
  std::string Ask(const std::string& id) { return IdOf(requests_->OnRequest({.id = id})); }
  std::string Hears(uint64_t instance, const std::string& last = {}) {
    return IdOf(requests_->OnState({.instance = instance, .last = last}));
  }
  static std::string IdOf(const std::optional<wire::RestartOrder>& order) {
    return order ? order->id : "";
  }

  testing::TempDir volume_;
  std::unique_ptr<RestartRequests> requests_;
};

TEST_F(RestartRequestsTest, OrdersOnceAndIsDoneWhenTheSupervisorSaysSo) {
  EXPECT_EQ(Hears(kFirst), "");
  EXPECT_EQ(Ask("1"), "1");
  EXPECT_EQ(Ask("1"), "") << "it is under way";
  EXPECT_EQ(Hears(kFirst, "1"), "");
  EXPECT_EQ(Ask("1"), "") << "it is done";
  EXPECT_EQ(Ask("2"), "2") << "the next is another";
}

TEST_F(RestartRequestsTest, WaitsForTheSupervisor) {
  EXPECT_EQ(Ask("1"), "");
  EXPECT_EQ(Hears(kFirst), "1");
}

TEST_F(RestartRequestsTest, AgentThatStartsAnewKnowsWhatIsDone) {
  Hears(kFirst);
  Ask("1");
  Hears(kFirst, "1");
  Reopen();
  EXPECT_EQ(Ask("1"), "");
  EXPECT_EQ(Hears(kFirst, "1"), "");
  Reopen();
  EXPECT_EQ(Hears(kSecond), "");
  EXPECT_EQ(Ask("1"), "") << "the container has restarted since";
}

TEST_F(RestartRequestsTest, AgentThatEndsBeforeTheAnswerAsksTheSameSupervisorAgain) {
  Hears(kFirst);
  Ask("1");
  Reopen();
  EXPECT_EQ(Hears(kFirst), "");
  EXPECT_EQ(Ask("1"), "1") << "the supervisor answers what it did already";
  EXPECT_EQ(Hears(kFirst, "1"), "");
  EXPECT_EQ(Ask("1"), "");
}

TEST_F(RestartRequestsTest, NewSupervisorAfterAnOrderMeansThatItIsDone) {
  Hears(kFirst);
  EXPECT_EQ(Ask("1"), "1");
  requests_->OnSupervisorGone();
  EXPECT_EQ(Hears(kSecond), "") << "the container was started anew";
  EXPECT_EQ(Ask("1"), "");
}

TEST_F(RestartRequestsTest, SoDoesOneThatIsMetAfterTheAgentStartedAnew) {
  Hears(kFirst);
  Ask("1");
  Reopen();
  EXPECT_EQ(Ask("1"), "");
  EXPECT_EQ(Hears(kSecond), "");
  EXPECT_EQ(Ask("1"), "");
}

TEST_F(RestartRequestsTest, SameSupervisorThatConnectsAgainIsOrderedAgain) {
  Hears(kFirst);
  Ask("1");
  requests_->OnSupervisorGone();
  EXPECT_EQ(Hears(kFirst), "1");
}

TEST_F(RestartRequestsTest, ContainerThatComesBackAfterTheRequestHasRestarted) {
  Hears(kFirst);
  requests_->OnSupervisorGone();
  EXPECT_EQ(Ask("1"), "");
  EXPECT_EQ(Hears(kSecond), "");
  EXPECT_EQ(Ask("1"), "");
}

TEST_F(RestartRequestsTest, SupervisorThatOnlyLostItsConnectionHasNot) {
  Hears(kFirst);
  requests_->OnSupervisorGone();
  EXPECT_EQ(Ask("1"), "");
  EXPECT_EQ(Hears(kFirst), "1");
}

TEST_F(RestartRequestsTest, NewerRequestTakesTheOlderOnesPlace) {
  Hears(kFirst);
  EXPECT_EQ(Ask("1"), "1");
  EXPECT_EQ(Ask("2"), "2");
  EXPECT_EQ(Hears(kFirst, "1"), "2") << "the second is still to be done";
  EXPECT_EQ(Hears(kFirst, "2"), "");
  EXPECT_EQ(Ask("2"), "");
}

TEST_F(RestartRequestsTest, SpoiltRecordIsAsGoodAsNone) {
  std::ofstream(Record()) << "x";
  Reopen();
  Hears(kFirst);
  EXPECT_EQ(Ask("1"), "1");
}

}  // namespace
}  // namespace hawser::agent
