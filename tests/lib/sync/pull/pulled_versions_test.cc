// What was pulled counts for both trees until each has moved on, and not for long.
#include "lib/sync/pull/pulled_versions.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

using std::chrono::seconds;

constexpr char kPulledAt[] = "/app/f";

Tree Holding(const std::string& content) {
  return Tree{{kPulledAt, FileEntry(content)}};
}

std::string ContentOf(const Tree& tree) {
  const std::optional<Entry> entry = tree.Find(kPulledAt);
  if (!entry) return "";
  for (const char* content : {"0", "1", "2", "3"}) {
    if (entry->SameContent(FileEntry(content))) return content;
  }
  return "?";
}

class PulledVersionsTest : public ::testing::Test {
 protected:
  PulledVersionsTest() {
    versions_.Note(kPulledAt, FileEntry("1"), {.workspace = Holding("0"), .agreed = Holding("0")},
                   {});
  }
  /// What the trees that hold these count as: "workspace agreed".
  std::string Over(const std::string& workspace, const std::string& agreed, TimePoint now = {}) {
    const PullTrees over = versions_.Over(
        {.workspace = Holding(workspace), .agreed = agreed.empty() ? Tree() : Holding(agreed)},
        now);
    return ContentOf(over.workspace) + " " + ContentOf(over.agreed);
  }

  PulledVersions versions_;
};

TEST_F(PulledVersionsTest, CountsUntilEachTreeShowsIt) {
  EXPECT_EQ(Over("0", "0"), "1 1");
  EXPECT_EQ(Over("1", "0"), "1 1") << "scanned";
  EXPECT_EQ(Over("3", "0"), "3 1") << "edited";
  EXPECT_EQ(Over("0", "0"), "0 1") << "put back, seen";
  EXPECT_EQ(Over("3", "2"), "3 2") << "pushed";
  EXPECT_EQ(Over("0", "0"), "0 0") << "forgotten";
}

TEST_F(PulledVersionsTest, TheNextVersionTakesItsPlace) {
  versions_.Note(kPulledAt, FileEntry("2"), {.workspace = Holding("0"), .agreed = Holding("0")},
                 {});
  EXPECT_EQ(Over("0", "0"), "2 2");
}

TEST_F(PulledVersionsTest, IsNotBelievedForLong) {
  EXPECT_EQ(Over("0", "0", TimePoint{} + PulledVersions::kShownWithin - seconds(1)), "1 1");
  EXPECT_EQ(Over("0", "0", TimePoint{} + PulledVersions::kShownWithin), "0 0");
}

TEST_F(PulledVersionsTest, ForgetsWhatIsNotThereAnyMore) {
  versions_.Forget(kPulledAt);
  EXPECT_EQ(Over("0", "0"), "0 0");
}

TEST_F(PulledVersionsTest, NothingIsAVersionToo) {
  versions_.Note(kPulledAt, FileEntry("1"), {.workspace = Holding("0"), .agreed = Tree()}, {});
  EXPECT_EQ(Over("0", ""), "1 1");
  EXPECT_EQ(Over("0", "0"), "1 0");
}

}  // namespace
}  // namespace hawser::sync
