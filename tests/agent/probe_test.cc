// hawser-agent probe against an agent that answers, one that does not, and none.
#include <gtest/gtest.h>

#include <filesystem>

#include "agent/commands.h"
#include "lib/net/socket.h"
#include "lib/wire/channel.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

constexpr Duration kProbePatience = std::chrono::seconds(30);

class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest() {
    std::filesystem::create_directories(volume_.RunDir());
    listener_ = net::ListenUnix(volume_.Socket(), 0600).value();
  }

  /// What probe exits with when the agent gives `answer` to its question.
  int ExitCode(const wire::Message& answer, bool supervisor) {
    const std::jthread agent([&] {
      auto stream = listener_->Accept(In(kProbePatience));
      ASSERT_TRUE(stream.ok()) << stream.status();
      wire::Channel channel(*std::move(stream));
      const Result<wire::Message> question = channel.Receive(In(kProbePatience));
      ASSERT_TRUE(question.ok()) << question.status();
      EXPECT_TRUE(std::holds_alternative<wire::StatusRequest>(*question));
      EXPECT_TRUE(channel.Send(answer, In(kProbePatience)).ok());
    });
    return RunProbe({.volume = volume_, .supervisor = supervisor});
  }

  testing::TempDir directory_;
  const Volume volume_{.dir = directory_.path()};
  std::unique_ptr<net::Listener> listener_;
};

TEST_F(ProbeTest, SucceedsWhileTheAgentAnswers) {
  EXPECT_EQ(ExitCode(wire::StatusReply{.app = wire::AppState::kNoSupervisor}, false), 0);
}

TEST_F(ProbeTest, AsksForASupervisorOnlyWhenTold) {
  EXPECT_EQ(ExitCode(wire::StatusReply{.app = wire::AppState::kNoSupervisor}, true), 1);
  EXPECT_EQ(ExitCode(wire::StatusReply{.app = wire::AppState::kExited}, true), 0)
      << "a failed app is no reason to restart the agent";
}

TEST_F(ProbeTest, FailsWhenTheAgentSaysSomethingElse) {
  EXPECT_EQ(ExitCode(wire::Ping{1}, false), 1);
}

TEST_F(ProbeTest, FailsWithoutAnAgent) {
  listener_.reset();
  EXPECT_EQ(RunProbe({.volume = volume_, .supervisor = false}), 1);
}

}  // namespace
}  // namespace hawser::agent
