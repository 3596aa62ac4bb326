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

}  // namespace
}  // namespace hawser::sync
