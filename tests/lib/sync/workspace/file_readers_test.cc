// However many files there are, each is read once and to the end before Finish returns.
#include "lib/sync/workspace/file_readers.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class FileReadersTest : public ::testing::Test {
 protected:
  /// What one file is to be known as.
  struct Item {
    std::string path;
    FileIndex::Known before;
    FileIndex::Known known;
  };

  Item& Add(FileReaders& readers, std::string path) {
    Item& item = items_.emplace_back();
    item.path = std::move(path);
    readers.Add({&item.path, nullptr, &item.known});
    return item;
  }
  int root() const { return root_.get(); }

  testing::TempDir directory_;
  UniqueFd root_{::open(directory_.path().c_str(), O_PATH | O_DIRECTORY)};
  KnownBlocks blocks_;
  std::deque<Item> items_;  ///< which stay where they are
};

TEST_F(FileReadersTest, ReadsEachOfAnyNumberOfFiles) {
  constexpr size_t kBatch = FileReaders::kBatch;
  // None, a few, a whole batch, and more than may wait.
  for (const size_t count : {size_t{0}, size_t{1}, kBatch - 1, kBatch, kBatch + 1,
                             kBatch * (FileReaders::kBatches + 3) + 5}) {
    items_.clear();
    FileReaders readers(root(), {nullptr, &blocks_});
    for (size_t i = 0; i < count; ++i) {
      const std::string path = "d" + std::to_string(i / 100) + "/f" + std::to_string(i);
      directory_.Write(path, std::to_string(i));
      Add(readers, path);
    }
    readers.Finish(OpenDirectory());
    EXPECT_EQ(readers.count(), count);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(items_[i].known.entry.digest, Sha256(std::to_string(i))) << i << " of " << count;
      ASSERT_EQ(items_[i].known.problem, "");
    }
  }
}

TEST_F(FileReadersTest, AFileThatCanNotBeReadKeepsWhatWasKnownAndHoldsUpNoOther) {
  FileReaders readers(root(), {nullptr, &blocks_});
  Item& gone = items_.emplace_back();
  gone.path = "gone";
  gone.before.entry.digest = Sha256("once");
  readers.Add({&gone.path, &gone.before, &gone.known});
  for (size_t i = 0; i < 2 * FileReaders::kBatch; ++i) {
    const std::string path = "f" + std::to_string(i);
    directory_.Write(path, path);
    Add(readers, path);
  }
  readers.Finish(OpenDirectory());
  EXPECT_EQ(gone.known.entry.digest, Sha256("once"));
  EXPECT_NE(gone.known.problem, "");
  for (size_t i = 1; i < items_.size(); ++i) {
    EXPECT_EQ(items_[i].known.entry.digest, Sha256(items_[i].path));
  }
}

TEST_F(FileReadersTest, EndsWithFilesThatNobodyAskedFor) {
  FileReaders readers(root(), {nullptr, &blocks_});
  for (size_t i = 0; i < 3 * FileReaders::kBatch; ++i) Add(readers, "f" + std::to_string(i));
}

TEST_F(FileReadersTest, TakesADirectoryThatIsOpenAlready) {
  directory_.Write("d/f", "abc");
  FileReaders readers(root(), {nullptr, &blocks_});
  const Item& item = Add(readers, "d/f");
  UniqueFd near(::open((directory_ / "d").c_str(), O_PATH | O_DIRECTORY));
  readers.Finish({std::move(near), "d"});
  EXPECT_EQ(item.known.entry.digest, Sha256("abc"));
}

}  // namespace
}  // namespace hawser::sync
