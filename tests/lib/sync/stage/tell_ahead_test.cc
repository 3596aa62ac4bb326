// What of a batch is told before it is whole, and when.
#include "lib/sync/stage/tell_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/wire/message_codec.h"
#include "tests/lib/sync/entries.h"

namespace hawser::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

wire::Change Put(const std::string& path, const Entry& entry) {
  return {.remove = false, .path = path, .entry = entry};
}

std::vector<std::string> PathsOf(const std::vector<wire::Prepare>& messages) {
  std::vector<std::string> paths;
  for (const wire::Prepare& ahead : messages) {
    for (const wire::PathEntry& item : ahead.entries) paths.push_back(item.path);
  }
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
  EXPECT_TRUE(TellAhead(before, changes, 3).Take(2, true).empty());
}

/// One piece of a bundle may bring any number of small files at once.
TEST(TellAheadTest, CutsWhatAMessageCouldNotHold) {
  const std::string directory = "/app/" + std::string(200, 'd');
  std::vector<wire::Change> changes{Put(directory, DirectoryEntry())};
  for (int i = 0; i < 100000; ++i) {
    changes.push_back(Put(directory + "/" + std::to_string(1000000 + i), FileEntry("")));
  }
  const Tree before;
  std::vector<wire::Prepare> all = TellAhead(before, changes, 512).Take(100001, true);
  size_t told = 0;
  for (const wire::Prepare& ahead : all) {
    told += ahead.entries.size();
    EXPECT_TRUE(wire::EncodeMessage(ahead).ok());
    EXPECT_LE(ahead.entries.size(), 512U);
  }
  EXPECT_EQ(told, changes.size());
}

TEST(TellAheadTest, KeepsAMessageInOrderWhateverTheClientDoes) {
  const std::vector<wire::Change> changes{Put("/app/b", DirectoryEntry()),
                                          Put("/app/a", DirectoryEntry()),
                                          Put("/app/b", DirectoryEntry())};
  const Tree before;
  const std::vector<wire::Prepare> all = TellAhead(before, changes, 3).Take(3, true);
  EXPECT_THAT(PathsOf(all), ElementsAre("/app/b", "/app/a", "/app/b"));
  for (const wire::Prepare& ahead : all) EXPECT_TRUE(wire::Validate(ahead).ok());
}

}  // namespace
}  // namespace hawser::sync
