// Batches that lead to a tree on the way to the workspace: without files that change under them, or
// as much as one batch may hold.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/lib/sync/send/sender_fixture.h"

namespace hawser::sync {
namespace {

using std::chrono::seconds;

class SenderPartsTest : public SenderTest {
 protected:
  /// Writing the batch that is under way finds that a file changed.
  Actions Changed(const std::string& path, TimePoint now = kNow) {
    BatchCost cost;
    cost.changed = path;
    return sender_->OnBatchWritten(cost, now);
  }
  /// The pod takes the batch that `actions` ask for; what follows. Counts the batches.
  Actions Take(const Actions& actions) {
    const auto* batch = Find<SendBatch>(actions);
    EXPECT_NE(batch, nullptr);
    if (batch == nullptr) return {};
    Written();
    return Confirm(++batches_, batch->request.result_tree);
  }

  static std::vector<std::string> PathsOf(const Actions& actions) {
    std::vector<std::string> paths;
    const auto* batch = Find<SendBatch>(actions);
    for (size_t i = 0; batch != nullptr && i < batch->request.plan->changes.size(); ++i) {
      const PlannedChange& change = batch->request.plan->changes[i];
      paths.push_back((change.remove ? "-" : "+") + change.path);
    }
    return paths;
  }

  uint64_t batches_ = 0;
};

using Strings = std::vector<std::string>;

TEST_F(SenderPartsTest, LeavesOutAFileThatChangedUnderTheBatchAndSendsItRightAfter) {
  const SnapshotPtr wanted =
      MakeSnapshot({{"/app/db", FileEntry("1")}, {"/app/f", FileEntry("f")}});
  sender_->OnSnapshot(wanted, kNow);
  Welcome({});
  const Actions outdated = Changed("/app/db");
  ASSERT_NE(Find<Rescan>(outdated), nullptr);
  EXPECT_EQ(Find<Rescan>(outdated)->outrun, "") << "others were sent with it";
  const SnapshotPtr newer = MakeSnapshot({{"/app/db", FileEntry("2")}, {"/app/f", FileEntry("f")}});
  const Actions others = sender_->OnSnapshot(newer, kNow);
  EXPECT_EQ(PathsOf(others), (Strings{"+/app/f"}));
  EXPECT_EQ(Find<SendBatch>(others)->request.result_tree,
            (Tree{{"/app/f", FileEntry("f")}}).digest());
  const Actions alone = Take(others);
  EXPECT_EQ(Find<InSync>(alone), nullptr);
  EXPECT_FALSE(sender_->in_sync());
  EXPECT_EQ(PathsOf(alone), (Strings{"+/app/db"}));
  EXPECT_EQ(Find<SendBatch>(alone)->request.result_tree, newer->digest);
  const Actions done = Take(alone);
  ASSERT_NE(Find<InSync>(done), nullptr);
  EXPECT_EQ(Find<InSync>(done)->snapshot, newer);
  EXPECT_TRUE(sender_->in_sync());
}

TEST_F(SenderPartsTest, EndsHoweverManyFilesNeverRest) {
  Tree tree;
  for (int i = 0; i < 10; ++i) tree.Put("/app/" + std::to_string(i), FileEntry("at rest"));
  for (const std::string path : {"/app/x", "/app/y", "/app/z"}) tree.Put(path, FileEntry("0"));
  sender_->OnSnapshot(MakeSnapshot(tree), kNow);
  Actions actions = Welcome({});
  // Each of the three is written anew during every batch that holds more than itself.
  int given_up = 0;
  for (int version = 1; Find<InSync>(actions) == nullptr; ++version) {
    ASSERT_LT(version, 20);
    const Strings paths = PathsOf(actions);
    const auto restless = std::find_if(paths.begin(), paths.end(),
                                       [](const std::string& path) { return path >= "+/app/x"; });
    if (restless == paths.end() || paths.size() == 1) {
      actions = Take(actions);
      continue;
    }
    ++given_up;
    Changed(restless->substr(1));
    for (const std::string path : {"/app/x", "/app/y", "/app/z"}) {
      tree.Put(path, FileEntry(std::to_string(version)));
    }
    actions = sender_->OnSnapshot(MakeSnapshot(tree), kNow);
  }
  EXPECT_EQ(given_up, 3);
}

TEST_F(SenderPartsTest, TriesAFileThatIsOutrunAloneAgainWhenItRested) {
  const SnapshotPtr wanted = Files(1);
  sender_->OnSnapshot(wanted, kNow);
  Welcome({});
  Changed("/app/0");
  EXPECT_EQ(PathsOf(sender_->OnSnapshot(wanted, kNow)), (Strings{"+/app/0"})) << "alone, at once";
  const Actions outrun = Changed("/app/0", kNow + seconds(5));
  EXPECT_EQ(Find<Rescan>(outrun)->outrun, "src/0");
  EXPECT_TRUE(sender_->OnSnapshot(wanted, kNow + seconds(5)).empty());
  EXPECT_EQ(sender_->WakeAt(), kNow + seconds(10));
  EXPECT_FALSE(sender_->in_sync());
  EXPECT_EQ(PathsOf(sender_->OnTick(kNow + seconds(10))), (Strings{"+/app/0"}));
  EXPECT_EQ(sender_->WakeAt(), kNoDeadline);
}

TEST_F(SenderPartsTest, WakesForNothingOnceAllIsInSync) {
  Sync(Files(1));
  sender_->OnSnapshot(Files(1, "y"), kNow);
  Changed("/app/0");
  sender_->OnSnapshot(Files(1, "z"), kNow);
  Changed("/app/0", kNow + seconds(5));
  sender_->OnSnapshot(Files(1, "z"), kNow + seconds(5));
  EXPECT_NE(sender_->WakeAt(), kNoDeadline);
  EXPECT_NE(Find<InSync>(sender_->OnSnapshot(Files(1), kNow + seconds(6))), nullptr);
  EXPECT_EQ(sender_->WakeAt(), kNoDeadline);
}

TEST_F(SenderPartsTest, RecognisesAPartThatArrivedThoughItsResultDidNot) {
  const SnapshotPtr wanted =
      MakeSnapshot({{"/app/db", FileEntry("1")}, {"/app/f", FileEntry("f")}});
  sender_->OnSnapshot(wanted, kNow);
  Welcome({});
  Changed("/app/db");
  const Digest part = Find<SendBatch>(sender_->OnSnapshot(wanted, kNow))->request.result_tree;
  Written();
  sender_->OnDisconnect();
  const Actions again = Welcome(part, 1);
  EXPECT_EQ(FindMessage<wire::NodesRequest>(again), nullptr);
  EXPECT_EQ(PathsOf(again), (Strings{"+/app/db"}));
}

TEST_F(SenderPartsTest, SendsWhatIsMoreThanABatchMayHoldInSeveral) {
  options_.bounds = {.changes = 3, .content_bytes = 100};
  sender_ = std::make_unique<Sender>(options_);
  sender_->OnSnapshot(Files(7), kNow);
  Actions actions = Welcome({});
  for (const size_t changes : {3U, 3U, 1U}) {
    EXPECT_EQ(PathsOf(actions).size(), changes);
    EXPECT_EQ(Find<SendBatch>(actions)->request.steps, (std::vector<uint32_t>{0, 1}))
        << "until the pod has all of its first tree";
    actions = Take(actions);
  }
  EXPECT_NE(Find<InSync>(actions), nullptr);
  const SnapshotPtr other = Files(7, std::string(40, 'y'));
  actions = sender_->OnSnapshot(other, kNow);
  for (const size_t changes : {2U, 2U, 2U, 1U}) {
    EXPECT_EQ(PathsOf(actions).size(), changes) << "of 40 bytes each";
    EXPECT_EQ(Find<SendBatch>(actions)->request.steps, (std::vector<uint32_t>{1}));
    actions = Take(actions);
  }
  EXPECT_NE(Find<InSync>(actions), nullptr);
  EXPECT_EQ(batches_, 7U);
}

TEST_F(SenderPartsTest, AsksOnceBeforeRemovingMostOfATreeInParts) {
  options_.bounds = {.changes = 15};
  sender_ = std::make_unique<Sender>(options_);
  sender_->OnSnapshot(Files(40), kNow);
  Actions actions = Welcome({});
  for (int part = 0; part < 3; ++part) actions = Take(actions);
  ASSERT_NE(Find<InSync>(actions), nullptr);
  ASSERT_NE(Find<AskBeforeRemoving>(sender_->OnSnapshot(Files(10), kNow)), nullptr);
  actions = Take(sender_->ConfirmRemovals(kNow));
  EXPECT_NE(Find<InSync>(Take(actions)), nullptr);
}

}  // namespace
}  // namespace hawser::sync
