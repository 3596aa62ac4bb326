// What is asked of a pod before a batch with large files.
#include <gtest/gtest.h>

#include "tests/lib/sync/send/sender_fixture.h"

namespace hawser::sync {
namespace {

/// A sender that has no old version at hand, and whose pod has a large file.
class SenderAsksSumsTest : public SenderTest {
 protected:
  SenderAsksSumsTest() {
    options_.can_patch = [this](const Digest&, const Digest&) { return at_hand_; };
    sender_ = std::make_unique<Sender>(options_);
    Sync(Large("old"));
  }

  static SnapshotPtr Large(const std::string& version) {
    Entry entry = FileEntry(version);
    entry.size = kLarge;
    return MakeSnapshot(Tree{{"/app/large", entry}});
  }
  static BaseSums WholeSums(const std::string& base, const std::string& wanted,
                            const wire::BlockSums& sums) {
    return {{{Sha256(base), Sha256(wanted)}, {{.base_size = kLarge, .data_size = kLarge}, sums}}};
  }
  Actions Tell(const std::string& version) {
    return sender_->OnMessage(wire::SumsReply{Sha256(version), blocks_}, kNow);
  }

  static constexpr uint64_t kLarge = 3 * kDigestBlock;
  bool at_hand_ = false;
  const wire::BlockSums blocks_{.size = kLarge, .block_size = 2048, .sums = {{1, 2}}};
};

TEST_F(SenderAsksSumsTest, AsksBeforeABatchAndSendsItWithTheAnswer) {
  const Actions asking = sender_->OnSnapshot(Large("new"), kNow);
  EXPECT_EQ(Find<SendBatch>(asking), nullptr);
  ASSERT_NE(FindMessage<wire::SumsRequest>(asking), nullptr);
  EXPECT_EQ(*FindMessage<wire::SumsRequest>(asking), wire::SumsRequest{{Sha256("old")}});
  EXPECT_TRUE(sender_->OnSnapshot(Large("newer"), kNow).empty()) << "one batch at a time";
  const Actions sending = Tell("old");
  ASSERT_NE(Find<SendBatch>(sending), nullptr);
  const BatchRequest& request = Find<SendBatch>(sending)->request;
  EXPECT_EQ(request.result_tree, Large("new")->digest);
  ASSERT_NE(request.sums, nullptr);
  EXPECT_EQ(*request.sums, WholeSums("old", "new", blocks_));
  Written();
  const Actions next = Confirm(2, Large("new")->digest);
  ASSERT_NE(FindMessage<wire::SumsRequest>(next), nullptr) << "the newest is sent now";
  EXPECT_EQ(*FindMessage<wire::SumsRequest>(next), wire::SumsRequest{{Sha256("new")}});
}

TEST_F(SenderAsksSumsTest, AsksAnAgentThatKnowsOfThemForRanges) {
  const auto known = std::make_shared<KnownBlocks>();
  known->Put(Sha256("old"), {Sha256("1"), Sha256("2"), Sha256("3")});
  known->Put(Sha256("new"), {Sha256("1"), Sha256("2"), Sha256("x")});
  auto wanted = std::make_shared<Snapshot>(*Large("new"));
  wanted->blocks = known;
  const Actions asking = sender_->OnSnapshot(wanted, kNow);
  ASSERT_NE(FindMessage<wire::RangeSumsRequest>(asking), nullptr);
  EXPECT_EQ(*FindMessage<wire::RangeSumsRequest>(asking),
            (wire::RangeSumsRequest{{{Sha256("old"), 2 * kDigestBlock, kDigestBlock}}}));
  sender_->OnDisconnect();
  wire::Welcome older{.version = 1, .tree = Large("old")->digest, .last_batch = 1};
  older.config_generation = options_.configure.generation;
  const Actions again = sender_->OnWelcome(older, kNow);
  ASSERT_NE(FindMessage<wire::SumsRequest>(again), nullptr);
  EXPECT_EQ(*FindMessage<wire::SumsRequest>(again), wire::SumsRequest{{Sha256("old")}});
}

TEST_F(SenderAsksSumsTest, DoesNotAskForWhatIsAtHand) {
  at_hand_ = true;
  const Actions actions = sender_->OnSnapshot(Large("new"), kNow);
  ASSERT_NE(Find<SendBatch>(actions), nullptr);
  EXPECT_EQ(Find<SendBatch>(actions)->request.sums, nullptr);
}

TEST_F(SenderAsksSumsTest, FailsOnAnAnswerToAnotherQuestion) {
  sender_->OnSnapshot(Large("new"), kNow);
  const Actions actions = Tell("another");
  ASSERT_NE(Find<Fail>(actions), nullptr);
  EXPECT_EQ(Find<Fail>(actions)->status.code(), Code::kDataLoss);
}

TEST_F(SenderAsksSumsTest, IgnoresAnAnswerThatNobodyWaitsFor) {
  EXPECT_TRUE(Tell("old").empty());
}

TEST_F(SenderAsksSumsTest, FailsWhenThePodDoesNotAnswer) {
  sender_->OnSnapshot(Large("new"), kNow);
  EXPECT_TRUE(sender_->OnTick(kNow + options_.ack_timeout).empty());
  EXPECT_NE(Find<Fail>(sender_->OnTick(kNow + options_.ack_timeout + std::chrono::milliseconds(1))),
            nullptr);
}

TEST_F(SenderAsksSumsTest, AsksAnewOnTheNextConnection) {
  sender_->OnSnapshot(Large("new"), kNow);
  sender_->OnDisconnect();
  EXPECT_TRUE(Tell("old").empty());
  EXPECT_NE(FindMessage<wire::SumsRequest>(Welcome(Large("old")->digest, 1)), nullptr);
  EXPECT_NE(Find<SendBatch>(Tell("old")), nullptr);
}

}  // namespace
}  // namespace hawser::sync
