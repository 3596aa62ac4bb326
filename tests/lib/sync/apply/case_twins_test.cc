// Which paths a file system that ignores case takes for one.
#include "lib/sync/apply/case_twins.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

TEST(CaseTwinsTest, AreFilesThatDifferInContentAndOnlyInTheCaseOfTheirPaths) {
  const Tree tree{{"/app/README", FileEntry("1")},  {"/app/readme", FileEntry("2")},
                  {"/app/Readme", FileEntry("1")},  {"/app/a/f", FileEntry("1")},
                  {"/app/A/f", SymlinkEntry("1")},  {"/app/d", DirectoryEntry()},
                  {"/app/D", DirectoryEntry(0700)}, {"/app/same", FileEntry("1")},
                  {"/app/SAME", FileEntry("1")},    {"/app/readme2", FileEntry("1")}};
  const std::vector<CaseTwins> expected = {{"/app/A/f", "/app/a/f"},
                                           {"/app/README", "/app/Readme", "/app/readme"}};
  EXPECT_EQ(FindCaseTwins(tree), expected);
  TreeEdits edits;
  for (const auto& [path, entry] : tree) edits[path] = entry;
  EXPECT_EQ(FindCaseTwins(edits), expected);
  edits["/app/A/f"] = std::nullopt;
  EXPECT_EQ(FindCaseTwins(edits), (std::vector<CaseTwins>{expected[1]})) << "a removal has none";
}

TEST(FoldedPathsTest, FindsWhatIsPutUnderAnotherCaseAlone) {
  const Tree tree{{"/app/README", FileEntry("1")},
                  {"/app/Readme", FileEntry("2")},
                  {"/app/src", DirectoryEntry()}};
  const FoldedPaths in_tree(tree);
  EXPECT_EQ(in_tree.TwinsOf("/app/readme"), (CaseTwins{"/app/README", "/app/Readme"}));
  EXPECT_EQ(in_tree.TwinsOf("/app/Src"), CaseTwins{"/app/src"});
  EXPECT_EQ(in_tree.TwinsOf("/app/README"), CaseTwins{"/app/Readme"}) << "not itself";
  EXPECT_EQ(in_tree.TwinsOf("/app/READMES"), CaseTwins{});
  const TreeEdits edits{{"/app/a", std::nullopt}, {"/app/A", FileEntry("1")}};
  const FoldedPaths in_edits(edits);
  EXPECT_EQ(in_edits.TwinsOf("/app/a"), CaseTwins{"/app/A"});
  EXPECT_EQ(in_edits.TwinsOf("/app/A"), CaseTwins{}) << "what is removed is not put";
}

}  // namespace
}  // namespace hawser::sync
