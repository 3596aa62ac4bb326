// A container, and a store with what its files are to hold.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "lib/sync/store/content_reader.h"
#include "lib/sync/store/content_store.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {

class StoredFilesTest : public ::testing::Test {
 protected:
  /// The entry of a file whose content can be read from the store.
  Entry Stored(const std::string& content, uint32_t mode = 0644) {
    EXPECT_TRUE(store_->Put(ContentDigest(content), content).ok());
    EXPECT_TRUE(store_->Flush().ok());
    return FileEntry(content, mode);
  }

  testing::TempDir container_;
  testing::TempDir directory_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(directory_ / "store").value();
  ContentReader reader_{directory_ / "store"};
};

}  // namespace hawser::sync
