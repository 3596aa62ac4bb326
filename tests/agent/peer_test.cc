// What a peer that lags behind still gets, and what it hears when a message can't be sent.
#include "agent/peer.h"

#include <gtest/gtest.h>

#include "tests/support/memory_pipe.h"

namespace hawser::agent {
namespace {

TEST(PeerTest, LeavesOptionalMessagesOutWhileItLagsBehind) {
  testing::StreamPair ends = testing::MakeMemoryPipe(16);  // a frame fills it
  Peer peer(std::move(ends.first), nullptr, {.max_waiting = 100, .max_optional = 4});
  for (uint64_t i = 1; i <= 50; ++i) {
    ASSERT_TRUE(peer.Send(wire::Ping{.nonce = i}));
    peer.SendOptional(wire::Pong{.nonce = i});
  }
  wire::Channel reader(std::move(ends.second));
  uint64_t pings = 0;
  uint64_t pongs = 0;
  while (pings < 50) {
    const Result<wire::Message> message = reader.Receive(In(std::chrono::seconds(30)));
    ASSERT_TRUE(message.ok()) << message.status();
    if (const auto* ping = std::get_if<wire::Ping>(&*message)) {
      EXPECT_EQ(ping->nonce, ++pings) << "what must arrive does, in order";
    } else {
      ++pongs;
    }
  }
  EXPECT_LT(pongs, 20U) << "most were left out";
  peer.SendOptional(wire::Pong{.nonce = 51});
  const Result<wire::Message> last = reader.Receive(In(std::chrono::seconds(30)));
  ASSERT_TRUE(last.ok()) << last.status();
  EXPECT_EQ(std::get<wire::Pong>(*last).nonce, 51U) << "it caught up";
}

TEST(PeerTest, TellsTheOtherSideWhenAMessageCannotBeSent) {
  testing::StreamPair ends = testing::MakeMemoryPipe();
  Peer peer(std::move(ends.first), nullptr);
  peer.Send(wire::Ping{.nonce = 1});
  peer.Send(wire::BatchEnd{.number = 0});
  peer.Send(wire::Ping{.nonce = 2});
  wire::Channel reader(std::move(ends.second));
  const Result<wire::Message> before = reader.Receive(In(std::chrono::seconds(30)));
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_EQ(*before, wire::Message(wire::Ping{.nonce = 1})) << "what came before it arrives";
  const Result<wire::Message> told = reader.Receive(In(std::chrono::seconds(30)));
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_TRUE(std::holds_alternative<wire::Reject>(*told));
  EXPECT_NE(std::get<wire::Reject>(*told).message.find("number must not be 0"), std::string::npos)
      << std::get<wire::Reject>(*told).message;
  EXPECT_EQ(reader.Receive(In(std::chrono::seconds(30))).status().code(), Code::kUnavailable)
      << "what comes after it would be taken for what it is not";
  EXPECT_FALSE(peer.Send(wire::Ping{.nonce = 3}));
}

}  // namespace
}  // namespace hawser::agent
