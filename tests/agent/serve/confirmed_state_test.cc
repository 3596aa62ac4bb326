// What batches that came to nothing leave, and when it goes.
#include "agent/serve/confirmed_state.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>

#include "lib/sync/store/layout.h"
#include "lib/wire/compress.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_dir.h"

namespace hawser::agent {
namespace {

constexpr size_t kSize = 300'000;  // a file of its own in the store
constexpr uint64_t kKept = 700'000;

std::string Large(char fill, size_t size = kSize) {
  return std::string(size, fill);
}

class ConfirmedStateTest : public ::testing::Test {
 protected:
  void Open(const std::string& directory) {
    volume_ = {.dir = directory};
    std::string warning;
    confirmed_ = ConfirmedState::Open(volume_, &warning, {.retired = {.max_bytes = kKept}}).value();
    ASSERT_TRUE(confirmed_->SetConfigure({.generation = 1, .roots = {{.path = "/app"}}}).ok());
  }

  /// The next batch, by which each file holds what is said.
  std::vector<wire::Message> MakeBatch(const std::map<std::string, std::string>& files) const {
    wire::Changes changes;
    std::vector<wire::Message> data;
    sync::TreeEdits edits;
    for (const auto& [path, content] : files) {
      const wire::Entry entry{.size = content.size(), .digest = ContentDigest(content)};
      const auto index = static_cast<uint32_t>(changes.changes.size());
      data.emplace_back(wire::Data{index, true, wire::Compress(content)});
      changes.changes.push_back({.path = path, .entry = entry, .encoding = wire::Encoding::kWhole});
      edits[path] = entry;
    }
    const uint64_t number = confirmed_->state().last_batch + 1;
    std::vector<wire::Message> messages{
        wire::BatchBegin{.number = number,
                         .base_tree = confirmed_->digest(),
                         .result_tree = confirmed_->state().tree.With(edits).digest(),
                         .change_count = static_cast<uint32_t>(files.size())},
        changes};
    messages.insert(messages.end(), data.begin(), data.end());
    messages.push_back(wire::BatchEnd{number});
    return messages;
  }
  /// What came of the last message, or of the first that failed.
  static Result<sync::BatchReader::Outcome> Feed(sync::BatchReader& reader,
                                                 const std::vector<wire::Message>& messages) {
    Result<sync::BatchReader::Outcome> outcome{sync::BatchReader::Outcome()};
    for (const wire::Message& message : messages) {
      outcome = reader.OnMessage(message);
      if (!outcome.ok()) break;
    }
    return outcome;
  }
  /// Begins a batch and sends all but its end.
  void Cut(sync::BatchReader& reader, const std::map<std::string, std::string>& files) {
    std::vector<wire::Message> messages = MakeBatch(files);
    messages.pop_back();
    EXPECT_TRUE(Feed(reader, messages).ok());
  }
  Status Push(std::unique_ptr<sync::BatchReader> reader,
              const std::map<std::string, std::string>& files) {
    const auto outcome = Feed(*reader, MakeBatch(files));
    reader.reset();
    HAWSER_RETURN_IF_ERROR(outcome.status());
    return confirmed_->Commit(std::get<sync::StagedBatch>(*outcome));
  }
  Status Push(const std::map<std::string, std::string>& files) {
    return Push(confirmed_->NewReader(), files);
  }
  bool Holds(const std::string& content) const {
    return std::filesystem::exists(sync::FileIn(volume_.Store(), ContentDigest(content)));
  }

  testing::TempDir directory_;
  Volume volume_;
  std::unique_ptr<ConfirmedState> confirmed_;
};

/// On a disk of its own, which may run full.
class ConfirmedStateOnADiskTest : public ConfirmedStateTest {
 protected:
  void SetUp() override {
    disk_ = testing::SmallDisk::Make();
    if (disk_ == nullptr) GTEST_SKIP() << "this user may mount nothing";
    Open(disk_->path());
  }
  void TearDown() override { confirmed_.reset(); }

  std::unique_ptr<testing::SmallDisk> disk_;
};

TEST_F(ConfirmedStateTest, DropsWhatABatchBroughtThatWasNeverWholeOnceAnotherIsConfirmed) {
  Open(directory_.path());
  ASSERT_TRUE(Push({{"/app/a", Large('a')}}).ok());
  confirmed_->CollectGarbage();
  Cut(*confirmed_->NewReader(), {{"/app/a", Large('b')}});
  EXPECT_TRUE(Holds(Large('b'))) << "the same batch may be about to come again";
  ASSERT_TRUE(Push({{"/app/a", Large('c')}}).ok());
  confirmed_->CollectGarbage();
  EXPECT_FALSE(Holds(Large('b')));
  EXPECT_TRUE(Holds(Large('a'))) << "replaced, and may come back";
  EXPECT_TRUE(Holds(Large('c')));
}

TEST_F(ConfirmedStateTest, DropsWhatABatchBroughtWhoseReaderWentOnWithTheNext) {
  Open(directory_.path());
  confirmed_->CollectGarbage();
  std::unique_ptr<sync::BatchReader> reader = confirmed_->NewReader();
  Cut(*reader, {{"/app/a", Large('a')}});
  ASSERT_TRUE(Push(std::move(reader), {{"/app/a", Large('b')}}).ok());
  confirmed_->CollectGarbage();
  EXPECT_FALSE(Holds(Large('a')));
  EXPECT_TRUE(Holds(Large('b')));
}

TEST_F(ConfirmedStateTest, ALineThatBreaksAgainAndAgainFillsNoDisk) {
  Open(directory_.path());
  confirmed_->CollectGarbage();
  for (char fill = 'a'; fill < 'z'; ++fill) {
    Cut(*confirmed_->NewReader(), {{"/app/a", Large(fill)}});
    uint64_t bytes = 0;
    for (char left = 'a'; left <= fill; ++left) bytes += Holds(Large(left)) ? kSize : 0;
    EXPECT_LE(bytes, kKept + kSize) << fill;
  }
}

TEST_F(ConfirmedStateOnADiskTest, AFullDiskIsFreedAtOnceOfAllButTheConfirmedTree) {
  ASSERT_TRUE(Push({{"/app/a", Large('a')}, {"/app/small", "1"}}).ok());
  ASSERT_TRUE(Push({{"/app/a", Large('b')}, {"/app/small", "2"}}).ok());
  confirmed_->CollectGarbage();
  disk_->Leave(400'000);
  const auto fails = [this] {
    return Push({{"/app/a", Large('c')}, {"/app/b", Large('d')}, {"/app/c", Large('e')}});
  };
  EXPECT_EQ(fails().code(), Code::kResourceExhausted);
  EXPECT_FALSE(Holds(Large('a'))) << "what was replaced gives way";
  EXPECT_FALSE(Holds(Large('c')));
  EXPECT_TRUE(Holds(Large('b')));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(fails().code(), Code::kResourceExhausted);
  const Status pushed = Push({{"/app/a", Large('c')}, {"/app/b", Large('d')}});
  EXPECT_TRUE(pushed.ok()) << pushed << ": it has the room that both had before";
  EXPECT_TRUE(Holds(Large('c')) && Holds(Large('d')));
}

TEST_F(ConfirmedStateOnADiskTest, AFullDiskIsFreedOfSmallContentToo) {
  ASSERT_TRUE(Push({{"/app/small", "1"}}).ok());
  confirmed_->CollectGarbage();
  disk_->Leave(1'500'000);
  const auto files = [](int from, int count) {
    std::map<std::string, std::string> made;
    for (int i = from; i < from + count; ++i) {
      made["/app/" + std::to_string(i)] = std::to_string(i) + Large('x', 50'000);
    }
    return made;
  };
  for (int round = 0; round < 5; ++round) {
    EXPECT_EQ(Push(files(100 * round, 40)).code(), Code::kResourceExhausted) << round;
  }
  const Status pushed = Push(files(1000, 28));
  EXPECT_TRUE(pushed.ok()) << pushed << ": 1.4 of 1.5 MB";
  EXPECT_TRUE(confirmed_->SumsOf(ContentDigest("1")).status().code() != Code::kNotFound);
}

TEST_F(ConfirmedStateOnADiskTest, AFullDiskIsFreedWhenAStepCanNotBeSaved) {
  ASSERT_TRUE(Push({{"/app/a", Large('a')}}).ok());
  ASSERT_TRUE(Push({{"/app/a", Large('b')}}).ok());
  disk_->Leave(0);
  sync::StagedBatch batch{.number = 3};
  for (int i = 0; i < 1000; ++i) {
    batch.changes.push_back({.path = "/app/d" + std::to_string(i),
                             .entry = {.kind = wire::EntryKind::kDirectory, .mode = 0755}});
    batch.result.Put(batch.changes.back().path, batch.changes.back().entry);
  }
  batch.result.Put("/app/a", *confirmed_->state().tree.Find("/app/a"));
  EXPECT_EQ(confirmed_->Commit(batch).code(), Code::kResourceExhausted);
  EXPECT_FALSE(Holds(Large('a')));
  EXPECT_TRUE(confirmed_->Commit(batch).ok());
  EXPECT_TRUE(Holds(Large('b')));
}

}  // namespace
}  // namespace hawser::agent
