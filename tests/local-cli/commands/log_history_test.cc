// What a reconnected log stream prints, and what it leaves out.
#include "local-cli/commands/log_history.h"

#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

TEST(LogHistoryTest, LeavesOutWhatWasPrinted) {
  LogHistory history;
  EXPECT_EQ(history.NotYetPrinted("one\n"), "one\n");
  history.Add("one\ntwo\n");
  EXPECT_EQ(history.NotYetPrinted("one\ntwo\n"), "");
  EXPECT_EQ(history.NotYetPrinted("two\nthree\n"), "three\n");
}

TEST(LogHistoryTest, PrintsAllOfAnAppThatBeganAnew) {
  LogHistory history;
  history.Add("one\ntwo\n");
  EXPECT_EQ(history.NotYetPrinted("start\n"), "start\n");
}

TEST(LogHistoryTest, RemembersABoundedEnd) {
  LogHistory history;
  history.Add(std::string(LogHistory::kKept, 'a') + "end");
  history.Add("more");
  EXPECT_EQ(history.NotYetPrinted("endmore!"), "!");
}

TEST(LogHistoryTest, CutsToTheLastLines) {
  EXPECT_EQ(LastLines("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(LastLines("a\nb\nc", 1), "c");
  EXPECT_EQ(LastLines("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(LastLines("a\n", 0), "");
  EXPECT_EQ(LastLines("", 3), "");
}

}  // namespace
}  // namespace hawser::cli
