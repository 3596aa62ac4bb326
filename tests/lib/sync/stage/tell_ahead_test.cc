// What of a batch is told before it is whole, and when.
#include "lib/sync/stage/tell_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

wire::Change Put(const std::string& path, const Entry& entry) {
  return {.remove = false, .path = path, .entry = entry};
}

std::vector<std::string> PathsOf(const std::optional<wire::Prepare>& ahead) {
  std::vector<std::string> paths;
  if (!ahead.has_value()) return paths;
  for (const wire::PathEntry& item : ahead->entries) paths.push_back(item.path);
  return paths;
}

TEST(TellAheadTest, TellsWhatLiesInNewDirectoriesOnceThereIsEnoughOfIt) {
  const Tree before{{"/app/old", DirectoryEntry()}};
  const std::vector<wire::Change> changes{
      Put("/app/new", DirectoryEntry()),        Put("/app/new/a", FileEntry("1")),
      Put("/app/new/in", DirectoryEntry(0555)), Put("/app/new/in/l", SymlinkEntry("a")),
      Put("/app/old", DirectoryEntry(0700)),    Put("/app/old/f", FileEntry("2")),
      {.remove = true, .path = "/app/old/g"},   Put("/app/old/sub", DirectoryEntry()),
      Put("/app/old/sub/h", FileEntry("3"))};
  TellAhead ahead(before, changes, 3);
  EXPECT_THAT(PathsOf(ahead.Take(2, false)), IsEmpty());
  EXPECT_THAT(PathsOf(ahead.Take(3, false)), ElementsAre("/app/new", "/app/new/a", "/app/new/in"));
  EXPECT_THAT(PathsOf(ahead.Take(5, false)), IsEmpty());
  EXPECT_THAT(PathsOf(ahead.Take(9, true)),
              ElementsAre("/app/new/in/l", "/app/old/sub", "/app/old/sub/h"));
  EXPECT_THAT(PathsOf(ahead.Take(9, true)), IsEmpty());
}

TEST(TellAheadTest, TellsNothingOfASmallBatch) {
  const std::vector<wire::Change> changes{Put("/app/new", DirectoryEntry()),
                                          Put("/app/new/a", FileEntry("1"))};
  const Tree before;
  EXPECT_FALSE(TellAhead(before, changes, 3).Take(2, true).has_value());
}

TEST(TellAheadTest, KeepsAMessageInOrderWhateverTheClientDoes) {
  const std::vector<wire::Change> changes{Put("/app/b", DirectoryEntry()),
                                          Put("/app/a", DirectoryEntry()),
                                          Put("/app/b", DirectoryEntry())};
  const Tree before;
  EXPECT_THAT(PathsOf(TellAhead(before, changes, 1).Take(3, true)), ElementsAre("/app/b"));
}

}  // namespace
}  // namespace hawser::sync
