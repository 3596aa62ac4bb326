// A listing is whole or it failed.
#include "lib/fs/list_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "lib/base/unique_fd.h"
#include "tests/support/failing_listings.h"
#include "tests/support/temp_dir.h"

namespace hawser::fs {
namespace {

UniqueFd OpenListing(const std::string& directory) {
  return UniqueFd(::open(directory.c_str(), O_RDONLY | O_CLOEXEC));
}

TEST(ListNamesTest, FindsEveryNameAndWhatItIs) {
  const testing::TempDir dir;
  std::set<std::string> expected = {"sub"};
  std::filesystem::create_directory(dir / "sub");
  for (int i = 0; i < 2000; ++i) {  // more than fit into one call
    expected.insert("a long name of a file " + std::to_string(i));
    dir.Write("a long name of a file " + std::to_string(i), "");
  }
  std::vector<ListedName> names;
  ASSERT_EQ(ListNames(OpenListing(dir.path()).get(), names), 0);
  std::set<std::string> found;
  for (const ListedName& each : names) {
    found.insert(each.name);
    if (each.type == DT_UNKNOWN) continue;
    EXPECT_EQ(each.type == DT_DIR, each.name == "sub") << each.name;
  }
  EXPECT_EQ(names.size(), expected.size());
  EXPECT_EQ(found, expected);
}

TEST(ListNamesTest, TellsAFailureFromTheEnd) {
  const testing::TempDir dir;
  std::vector<ListedName> names;
  EXPECT_EQ(ListNames(OpenListing(dir.Write("f", "")).get(), names), ENOTDIR);
  EXPECT_EQ(ListNames(-1, names), EBADF);
  const UniqueFd directory = OpenListing(dir.path());
  int error = 0;
  if (!testing::RunWithFailingListings(ESTALE,
                                       [&] { error = ListNames(directory.get(), names); })) {
    GTEST_SKIP() << "the kernel refuses to filter system calls";
  }
  EXPECT_EQ(error, ESTALE);
}

TEST(ListNamesTest, TakesARemovedDirectoryForEmpty) {
  const testing::TempDir dir;
  std::filesystem::create_directory(dir / "d");
  const UniqueFd directory = OpenListing(dir / "d");
  std::filesystem::remove(dir / "d");
  std::vector<ListedName> names;
  EXPECT_EQ(ListNames(directory.get(), names), 0);
  EXPECT_TRUE(names.empty());
}

}  // namespace
}  // namespace hawser::fs
