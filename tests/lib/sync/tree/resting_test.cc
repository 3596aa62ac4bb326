// A tree whose leaves lie in a file is the same tree, and can be edited on.
#include "lib/sync/tree/resting.h"

#include <gtest/gtest.h>

#include <map>

#include "lib/fs/file.h"
#include "lib/sync/tree/node.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

Tree FilesAndLinks(int count) {
  TreeEdits edits;
  for (int i = 0; i < count; ++i) {
    const std::string name = "/app/module" + std::to_string(i);
    edits.emplace(name, FileEntry(std::to_string(i)));
    if (i % 7 == 0) edits.emplace(name + ".link", SymlinkEntry(std::to_string(i)));
  }
  return Tree().With(edits);
}

Tree Rest(const Tree& tree) {
  const testing::TempDir directory;
  // The file has no name and its descriptor is closed: what was mapped stays.
  return WithLeavesIn(fs::OpenUnnamed(directory.path()).value().get(), tree).value();
}

TEST(RestingTest, ATreeAtRestIsTheSameTree) {
  for (const int count : {0, 1, 31, 5000}) {
    const Tree tree = FilesAndLinks(count);
    const Tree resting = Rest(tree);
    EXPECT_TRUE(resting == tree) << count;
    EXPECT_EQ(resting.digest(), tree.digest());
    EXPECT_TRUE(Diff(tree, resting).empty());
    EXPECT_EQ(LeafBytesInMemory(resting), 0U);
    EXPECT_EQ(LeafBytesInMemory(tree) == 0, count == 0);
  }
}

TEST(RestingTest, AnEditBringsBackOnlyWhatItTouches) {
  const Tree tree = FilesAndLinks(5000);
  Tree resting = Rest(tree);
  Tree expected = tree;
  for (Tree* each : {&resting, &expected}) {
    each->Put("/app/module77", FileEntry("new"));
    each->Erase("/app/module4000");
  }
  EXPECT_TRUE(resting == expected);
  EXPECT_GT(LeafBytesInMemory(resting), 0U);
  EXPECT_LT(LeafBytesInMemory(resting), LeafBytesInMemory(expected) / 10);
  EXPECT_TRUE(Rest(resting) == expected) << "a second rest takes leaves from the first's file";
}

TEST(RestingTest, SaysWhenTheFileCanNotBeWritten) {
  const testing::TempDir directory;
  directory.Write("f", "");
  const UniqueFd file = fs::OpenToRead(directory / "f").value();
  EXPECT_FALSE(WithLeavesIn(file.get(), FilesAndLinks(40)).ok());
}

}  // namespace
}  // namespace hawser::sync
