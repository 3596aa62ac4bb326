// Which files are read ahead.
#include "lib/sync/send/preload.h"

#include <gtest/gtest.h>

#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

class PreloadTest : public ::testing::Test {
 protected:
  void Add(const std::string& name, const std::string& content, int64_t mtime) {
    directory_.Write(name, content);
    Entry entry = FileEntry(content);
    entry.mtime_ns = mtime;
    snapshot_.tree.Put("/app/" + name, entry);
  }
  bool Run(PreloadOptions options, const std::string& content) {
    Preload(snapshot_, content_, options, {});
    return content_.bases.Get(ContentDigest(content)) != nullptr;
  }

  testing::TempDir directory_;
  Snapshot snapshot_{.sources = Sources(std::make_shared<const Rules>(
                                            Rules::Make({{"", "/app", {}, false}}, {}).value()),
                                        nullptr)};
  SendingContent content_{directory_.path().string()};
};

TEST_F(PreloadTest, ReadsTheNewestFilesThatFit) {
  Add("oldest", "11111", 1);
  Add("newest", "33333", 3);
  Add("newer", "22222", 2);
  Add("large", std::string(100, 'x'), 4);
  const PreloadOptions options{.max_bytes = 12, .max_file = 50};
  EXPECT_TRUE(Run(options, "33333"));
  EXPECT_TRUE(Run(options, "22222"));
  EXPECT_FALSE(Run(options, "11111"));
  EXPECT_FALSE(Run(options, std::string(100, 'x')));
}

TEST_F(PreloadTest, LeavesOutWhatChangedMeanwhile) {
  Add("gone", "gone", 1);
  Add("changed", "before", 2);
  Add("kept", "kept", 1);
  std::filesystem::remove(directory_ / "gone");
  directory_.Write("changed", "after!");
  EXPECT_TRUE(Run({}, "kept"));
  EXPECT_FALSE(Run({}, "before"));
  EXPECT_FALSE(Run({}, "after!"));
}

}  // namespace
}  // namespace hawser::sync
