// Whose turn it is, and that nobody waits for ever.
#include "lib/sync/send/restless.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::hours(1)};

class RestlessTest : public ::testing::Test {
 protected:
  Waypoint Next(TimePoint now = kStart) { return restless_.Next(wanted_, confirmed_, now); }
  /// The pod confirms what comes next; the file that it was for.
  std::string Confirm(TimePoint now = kStart) {
    const Waypoint next = Next(now);
    confirmed_ = next.tree;
    restless_.OnConfirmed(next.alone);
    return next.alone;
  }
  void Want(const std::string& path, const Entry& entry, TimePoint now = kStart) {
    const Tree before = wanted_;
    wanted_.Put(path, entry);
    restless_.OnWanted(before, wanted_, now);
  }

  RestlessFiles restless_;
  Tree wanted_{
      {"/app/a", FileEntry("a2")}, {"/app/b", FileEntry("b2")}, {"/app/c", FileEntry("c")}};
  Tree confirmed_{{"/app/a", FileEntry("a1")}};
};

TEST_F(RestlessTest, LeavesThemAsThePodHasThemWhileTheRestGoesThenSendsEachAlone) {
  restless_.OnChanged("/app/a", {}, kStart);
  restless_.OnChanged("/app/b", {}, kStart);
  EXPECT_EQ(Next().tree, (Tree{{"/app/a", FileEntry("a1")}, {"/app/c", FileEntry("c")}}));
  EXPECT_EQ(Confirm(), "");
  EXPECT_EQ(Confirm(), "/app/a");
  EXPECT_EQ(Confirm(), "/app/b");
  EXPECT_EQ(confirmed_, wanted_);
  EXPECT_TRUE(restless_.empty());
}

TEST_F(RestlessTest, TakesTurnsWithWhatIsSavedMeanwhile) {
  restless_.OnChanged("/app/a", {}, kStart);
  restless_.OnChanged("/app/b", {}, kStart);
  std::vector<std::string> turns;
  for (int i = 0; i < 4; ++i) {
    Want("/app/c", FileEntry("c" + std::to_string(i)));
    turns.push_back(Confirm());
  }
  EXPECT_EQ(turns, (std::vector<std::string>{"", "/app/a", "", "/app/b"}));
}

TEST_F(RestlessTest, LetsOneThatFailedAloneRestForAsLongAsThatTook) {
  restless_.OnChanged("/app/a", seconds(10), kStart);
  EXPECT_EQ(Confirm(), "");
  EXPECT_EQ(Next().tree, confirmed_) << "nothing to do";
  EXPECT_EQ(restless_.WakeAt(), kStart + seconds(10));
  Want("/app/a", FileEntry("a3"), kStart + seconds(4));
  Next(kStart + seconds(10));
  EXPECT_EQ(restless_.WakeAt(), kStart + seconds(14)) << "it did not rest";
  Want("/app/c", FileEntry("saved"), kStart + seconds(12));
  EXPECT_EQ(Confirm(kStart + seconds(12)), "") << "others do not wait for it";
  EXPECT_EQ(Confirm(kStart + seconds(14)), "/app/a");
  EXPECT_EQ(restless_.WakeAt(), kNoDeadline);
}

TEST_F(RestlessTest, LetsOneThatFailsAtOnceAgainAndAgainRestLonger) {
  restless_.OnChanged("/app/a", {}, kStart);
  const auto rest_after = [&](Duration alone_for) {
    restless_.OnChanged("/app/a", alone_for, kStart);
    confirmed_ = Next().tree;
    Next();
    return restless_.WakeAt() - kStart;
  };
  EXPECT_EQ(rest_after(milliseconds(1)), milliseconds(1));
  EXPECT_EQ(rest_after(milliseconds(1)), milliseconds(2));
  for (int i = 0; i < 20; ++i) rest_after(milliseconds(1));
  EXPECT_EQ(rest_after(milliseconds(1)), seconds(10));
  EXPECT_EQ(rest_after(seconds(60)), seconds(60));
}

TEST_F(RestlessTest, TriesTheOthersBeforeOneThatFailedAgain) {
  restless_.OnChanged("/app/a", {}, kStart);
  restless_.OnChanged("/app/b", {}, kStart);
  Confirm();
  EXPECT_EQ(Next().alone, "/app/a");
  restless_.OnChanged("/app/a", {}, kStart);
  EXPECT_EQ(Confirm(), "/app/b");
}

TEST_F(RestlessTest, ForgetsWhatNeedsNoContentAnyMore) {
  for (const std::string path : {"/app/a", "/app/b", "/app/c", "/app/d"}) {
    restless_.OnChanged(path, {}, kStart);
  }
  wanted_ = {{"/app/a", FileEntry("a1", 0755)},
             {"/app/b", SymlinkEntry("a")},
             {"/app/d", DirectoryEntry()}};
  EXPECT_EQ(Next().tree, wanted_);
  EXPECT_TRUE(restless_.empty());
}

TEST_F(RestlessTest, MakesNoTreeInWhichAFileHasSomethingBelowIt) {
  confirmed_ = {
      {"/app/d", DirectoryEntry()}, {"/app/d/x", FileEntry("x")}, {"/app/e", FileEntry("e")}};
  wanted_ = {{"/app/d", FileEntry("now a file")},
             {"/app/e", DirectoryEntry()},
             {"/app/e/y", FileEntry("y")}};
  restless_.OnChanged("/app/d", {}, kStart);
  restless_.OnChanged("/app/e/y", {}, kStart);
  restless_.OnConfirmed("");  // their turn, but there is no place for them yet
  EXPECT_EQ(Next().tree, (Tree{{"/app/e", DirectoryEntry()}}));
  EXPECT_EQ(Confirm(), "");
  EXPECT_EQ(Confirm(), "/app/d");
  EXPECT_EQ(Confirm(), "/app/e/y");
  EXPECT_EQ(confirmed_, wanted_);
}

}  // namespace
}  // namespace hawser::sync
