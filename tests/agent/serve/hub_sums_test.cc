// What the hub tells a pusher of stored content, block by block.
#include <gtest/gtest.h>

#include "tests/agent/serve/hub_fixture.h"
#include "tests/lib/sync/blocks/summed.h"

namespace hawser::agent {
namespace {

class HubSumsTest : public HubTest {};

TEST_F(HubSumsTest, TellsAPusherTheSumsOfWhatIsStored) {
  OpenPusher();
  std::string content;
  for (int i = 0; content.size() < (400U << 10); ++i) content += std::to_string(i) + "\n";
  Push(kClient, 1, content);
  Push(kClient, 2, "small");
  const Digest large = ContentDigest(content);
  const wire::SumsRequest request{{large, Sha256("small"), Sha256("never there")}};
  const auto replies = Sent<wire::SumsReply>(Say(kClient, request), kClient);
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[0].content, large);
  EXPECT_EQ(replies[0].blocks.size, content.size());
  EXPECT_EQ(replies[0].blocks.sums.size(), (content.size() + 2047) / 2048);
  EXPECT_EQ(replies[1], (wire::SumsReply{Sha256("small"), {}})) << "too small to be worth it";
  EXPECT_EQ(replies[2], (wire::SumsReply{Sha256("never there"), {}}));
  for (const auto& reply : replies) EXPECT_TRUE(wire::Validate(reply).ok());
  Open(kOther, wire::Role::kObserve);
  EXPECT_NE(Closed(Say(kOther, request)), nullptr) << "reading files is a pusher's right";
}

TEST_F(HubSumsTest, TellsAPusherTheSumsOfARange) {
  OpenPusher();
  std::string content;
  for (int i = 0; content.size() < (3U << 20); ++i) content += std::to_string(i) + "\n";
  Push(kClient, 1, content);
  const Digest large = ContentDigest(content);
  const uint64_t rest = content.size() - (2U << 20);
  const wire::RangeSumsRequest request{
      {{large, 2U << 20, rest}, {large, 2U << 20, rest + 1}, {Sha256("never there"), 0, 1}}};
  const auto replies = Sent<wire::SumsReply>(Say(kClient, request), kClient);
  ASSERT_EQ(replies.size(), 3U);
  EXPECT_EQ(replies[0].content, large);
  EXPECT_EQ(replies[0].blocks, sync::SumsIn(content.substr(2U << 20), 2048));
  EXPECT_EQ(replies[1], (wire::SumsReply{large, {}})) << "it ends before";
  EXPECT_EQ(replies[2], (wire::SumsReply{Sha256("never there"), {}}));
  Open(kOther, wire::Role::kObserve);
  EXPECT_NE(Closed(Say(kOther, request)), nullptr) << "reading files is a pusher's right";
}

}  // namespace
}  // namespace hawser::agent
