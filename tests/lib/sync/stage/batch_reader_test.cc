// What the agent stages, and every batch that it must refuse.
#include "lib/sync/stage/batch_reader.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>
#include <functional>

#include "lib/sync/store/content_reader.h"
#include "lib/wire/compress.h"
#include "lib/wire/patch.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

using wire::Change;
using wire::Changes;
using wire::Data;
using wire::Encoding;
using wire::Message;

const std::string kOld(5000, 'o');
constexpr BatchLimits kLimits{.max_changes = 50, .max_file = 20000, .max_batch = 40000};

Change Put(const std::string& path, const std::string& content, Encoding encoding) {
  return {.remove = false, .path = path, .entry = FileEntry(content), .encoding = encoding};
}
Change Remove(const std::string& path) {
  return {.remove = true, .path = path, .entry = {}};
}
Change PutEntry(const std::string& path, const Entry& entry) {
  return {.remove = false, .path = path, .entry = entry};
}

/// A batch as a well-behaved client sends it; tests spoil it.
struct Batch {
  wire::BatchBegin begin;
  std::vector<Change> changes;
  std::vector<Data> data;
  std::optional<wire::BatchEnd> end;

  std::vector<Message> Messages() const {
    std::vector<Message> messages{begin};
    if (!changes.empty()) messages.push_back(Changes{changes});
    messages.insert(messages.end(), data.begin(), data.end());
    if (end) messages.push_back(*end);
    return messages;
  }
};

class BatchReaderTest : public ::testing::Test {
 protected:
  BatchReaderTest() {
    state_.last_batch = 7;
    state_.configure.roots = {{"/app", false}};
    state_.configure.steps = {{.argv = {"a"}}, {.argv = {"b"}}};
    state_.tree = {{"/app/old", FileEntry(kOld)}, {"/gone/f", FileEntry(kOld)}};
    EXPECT_TRUE(store_->Put(ContentDigest(kOld), kOld).ok());
  }

  Batch MakeBatch(std::vector<Change> changes, std::vector<Data> data) const {
    Tree result = state_.tree;
    for (const Change& change : changes) {
      if (change.remove) {
        result.Erase(change.path);
      } else {
        result.Put(change.path, change.entry);
      }
    }
    Batch batch{.begin = {.number = state_.last_batch + 1,
                          .base_tree = state_.tree.digest(),
                          .result_tree = result.digest(),
                          .change_count = static_cast<uint32_t>(changes.size()),
                          .steps = {1},
                          .restart = true},
                .changes = std::move(changes),
                .data = std::move(data),
                .end = wire::BatchEnd{state_.last_batch + 1}};
    return batch;
  }
  /// One file, whole.
  Batch Simple() const {
    return MakeBatch({Put("/app/new", "new", Encoding::kWhole)},
                     {{0, true, wire::Compress("new")}});
  }

  /// The outcome of the last message, or of the first that fails.
  Result<BatchReader::Outcome> Feed(const std::vector<Message>& messages) {
    Result<BatchReader::Outcome> outcome{BatchReader::Outcome()};
    for (const Message& message : messages) {
      outcome = reader_.OnMessage(message);
      if (!outcome.ok()) return outcome;
    }
    return outcome;
  }
  Result<BatchReader::Outcome> Feed(const Batch& batch) { return Feed(batch.Messages()); }

  /// The reader still takes what is right.
  void ExpectUsable() {
    const auto outcome = Feed(Simple());
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_TRUE(std::holds_alternative<StagedBatch>(*outcome));
  }

  testing::TempDir directory_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(directory_ / "store").value();
  AgentState state_;
  BatchReader reader_{state_, *store_, kLimits};
};

TEST_F(BatchReaderTest, StagesEveryWayOfTravelling) {
  const std::string patched = kOld + "and more";
  Change patch = Put("/app/patched", patched, Encoding::kPatch);
  patch.base = ContentDigest(kOld);
  const Batch batch = MakeBatch(
      {PutEntry("/app/d", DirectoryEntry()), Put("/app/d/bundled1", "one", Encoding::kBundled),
       Put("/app/d/empty", "", Encoding::kBundled),
       Put("/app/d/bundled2", "two", Encoding::kBundled), PutEntry("/app/link", SymlinkEntry("d")),
       PutEntry("/app/old", FileEntry(kOld, 0755)), patch,
       Put("/app/stored", kOld, Encoding::kStored), Put("/app/whole", "whole", Encoding::kWhole),
       Remove("/gone/f")},
      {{6, true, wire::EncodePatch(kOld, patched).value()},
       {8, true, wire::Compress("whole")},
       {wire::kBundleData, true, wire::Compress("onetwo")}});
  const auto outcome = Feed(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const auto* staged = std::get_if<StagedBatch>(&*outcome);
  ASSERT_NE(staged, nullptr);
  EXPECT_EQ(staged->number, 8U);
  EXPECT_EQ(staged->changes, batch.changes);
  EXPECT_EQ(staged->steps, std::vector<uint32_t>{1});
  EXPECT_TRUE(staged->restart);
  EXPECT_EQ(staged->result.digest(), batch.begin.result_tree);
  for (const std::string& content :
       {std::string("one"), std::string(), std::string("two"), patched, std::string("whole")}) {
    EXPECT_TRUE(store_->Has(ContentDigest(content), content.size())) << content.substr(0, 9);
  }
}

TEST_F(BatchReaderTest, TakesContentInPiecesOfAnySize) {
  const std::string content(9000, 'c');
  const std::string bytes = wire::Compress(content);
  std::vector<Data> pieces;
  for (size_t i = 0; i < bytes.size(); ++i) pieces.push_back({0, false, bytes.substr(i, 1)});
  pieces.push_back({0, true, ""});
  const auto outcome = Feed(MakeBatch({Put("/app/f", content, Encoding::kWhole)}, pieces));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(store_->Has(ContentDigest(content), content.size()));
}

/// zstd hands out 128 KiB at a time.
TEST_F(BatchReaderTest, TakesFilesThatCrossThePiecesTheirBundleIsDecompressedIn) {
  std::vector<Change> changes;
  std::string all;
  for (int i = 0; i < 60; ++i) {
    const std::string name = std::to_string(1000 + i);
    const std::string content = name + std::string(4996, static_cast<char>('a' + i % 26));
    changes.push_back(Put("/app/" + name, content, Encoding::kBundled));
    all += content;
  }
  all[59 * 5000] = '#';  // and one is not what was announced
  BatchReader reader(state_, *store_, {});
  Result<BatchReader::Outcome> outcome{BatchReader::Outcome()};
  const Batch batch = MakeBatch(changes, {{wire::kBundleData, true, wire::Compress(all)}});
  for (const Message& message : batch.Messages()) {
    outcome = reader.OnMessage(message);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
  }
  const auto* need = std::get_if<wire::Need>(&*outcome);
  ASSERT_NE(need, nullptr);
  EXPECT_EQ(need->changes, std::vector<uint32_t>{59});
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(store_->Has(changes[i].entry.digest, 5000), i != 59) << i;
  }
}

TEST_F(BatchReaderTest, TellsAheadWhatIsStoredOfALargeBatch) {
  std::vector<Change> changes{PutEntry("/app/d", DirectoryEntry())};
  std::string all;
  for (int i = 0; i < 8; ++i) {
    const std::string content(3000, static_cast<char>('a' + i));
    changes.push_back(Put("/app/d/" + std::to_string(i), content, Encoding::kBundled));
    all += content;
  }
  const std::string bytes = wire::Compress(all);
  const Batch batch = MakeBatch(changes, {{wire::kBundleData, true, bytes}});
  BatchReader reader(state_, *store_, {.tell_ahead_from = 4});
  std::vector<std::string> told;
  for (const Message& message : batch.Messages()) {
    auto outcome = reader.OnMessage(message);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const auto* ahead = std::get_if<std::vector<wire::Prepare>>(&*outcome);
    if (ahead == nullptr) continue;
    ContentReader others(directory_ / "store");
    for (const wire::Prepare& piece : *ahead) {
      for (const wire::PathEntry& item : piece.entries) {
        told.push_back(item.path);
        if (item.entry.kind != EntryKind::kFile) continue;
        const UniqueFd file(::memfd_create("content", MFD_CLOEXEC));
        EXPECT_TRUE(others.CopyTo(item.entry.digest, item.entry.size, file.get()).ok());
      }
    }
  }
  ASSERT_EQ(told.size(), changes.size());
  for (size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], changes[i].path);
}

/// What a hostile or broken client may do to a batch.
struct Spoiled {
  const char* what;
  std::function<void(Batch&)> spoil;
};

TEST_F(BatchReaderTest, RefusesEveryBrokenBatchAndChangesNothing) {
  const Spoiled cases[] = {
      {"replayed number", [](Batch& b) { b.begin.number = 7; }},
      {"number zero", [](Batch& b) { b.begin.number = 0; }},
      {"unknown step", [](Batch& b) { b.begin.steps = {2}; }},
      {"too many changes", [](Batch& b) { b.begin.change_count = 51; }},
      {"more changes than announced", [](Batch& b) { b.changes.push_back(Remove("/app/old")); }},
      {"fewer changes than announced", [](Batch& b) { b.begin.change_count = 2; }},
      {"path outside the roots", [](Batch& b) { b.changes[0].path = "/etc/passwd"; }},
      {"path beside a root", [](Batch& b) { b.changes[0].path = "/application/new"; }},
      {"removal outside the roots", [](Batch& b) { b.changes[0] = Remove("/etc/passwd"); }},
      {"file too large", [](Batch& b) { b.changes[0].entry.size = kLimits.max_file + 1; }},
      {"content for a directory",
       [](Batch& b) { b.changes[0].entry.kind = EntryKind::kDirectory; }},
      {"content for a removal", [](Batch& b) { b.changes[0].remove = true; }},
      {"another tree than promised", [](Batch& b) { b.begin.result_tree = Sha256("x"); }},
      {"data of a change to come", [](Batch& b) { b.data[0].change = 1; }},
      {"data of no bundle", [](Batch& b) { b.data[0].change = wire::kBundleData; }},
      {"data after the last", [](Batch& b) { b.data.push_back(b.data[0]); }},
      {"no data", [](Batch& b) { b.data.clear(); }},
      {"data that does not end", [](Batch& b) { b.data[0].last = false; }},
      {"garbage for content", [](Batch& b) { b.data[0].bytes = "not zstd"; }},
      {"half a frame", [](Batch& b) { b.data[0].bytes.resize(5); }},
      {"content longer than its size", [](Batch& b) { b.data[0].bytes = wire::Compress("newer"); }},
      {"content shorter than its size", [](Batch& b) { b.data[0].bytes = wire::Compress("n"); }},
      {"a bomb", [](Batch& b) { b.data[0].bytes = wire::Compress(std::string(1 << 20, '0')); }},
      {"another batch's end", [](Batch& b) { b.end->number = 9; }},
  };
  for (const Spoiled& each : cases) {
    SCOPED_TRACE(each.what);
    Batch batch = Simple();
    each.spoil(batch);
    const auto outcome = Feed(batch);
    ASSERT_FALSE(outcome.ok());
    EXPECT_TRUE(outcome.status().code() == Code::kInvalidArgument ||
                outcome.status().code() == Code::kDataLoss)
        << outcome.status();
    ExpectUsable();
  }
}

TEST_F(BatchReaderTest, RefusesMessagesOutOfOrder) {
  const std::vector<Message> good = Simple().Messages();
  const std::vector<std::vector<Message>> orders = {
      {good[1]},          {good[2]},
      {good[3]},          {good[0], good[2]},
      {good[0], good[3]}, {good[0], good[1], good[3]},
      {wire::Ping{}},     {good[0], wire::BatchResult{}}};
  for (const auto& order : orders) {
    EXPECT_EQ(Feed(order).status().code(), Code::kInvalidArgument);
    ExpectUsable();
  }
}

TEST_F(BatchReaderTest, RefusesABatchThatIsTooLargeInAll) {
  const std::string large(kLimits.max_file, 'l');
  const std::vector<Change> changes(3, Put("/app/large", large, Encoding::kBundled));
  EXPECT_EQ(Feed(MakeBatch(changes, {})).status().code(), Code::kInvalidArgument);
}

TEST_F(BatchReaderTest, RefusesAPatchLargerThanWhatItMakes) {
  Change patch = Put("/app/p", "tiny", Encoding::kPatch);
  patch.base = ContentDigest(kOld);
  EXPECT_EQ(Feed(MakeBatch({patch}, {{0, true, std::string(10000, 'x')}})).status().code(),
            Code::kDataLoss);
}

TEST_F(BatchReaderTest, RefusesATreeWithSomethingBelowAFile) {
  state_.tree.Put("/app/file", FileEntry(kOld));
  const std::vector<std::vector<Change>> shapes = {
      {Put("/app/file/below", kOld, Encoding::kStored)},
      {Put("/app/file/deep/below", kOld, Encoding::kStored)},
      {Put("/app/x/y", kOld, Encoding::kStored), PutEntry("/app/x", SymlinkEntry("old"))}};
  for (const std::vector<Change>& changes : shapes) {
    EXPECT_EQ(Feed(MakeBatch(changes, {})).status().code(), Code::kInvalidArgument)
        << changes[0].path;
  }
}

TEST_F(BatchReaderTest, AsksForWhatItCouldNotMake) {
  Change wrong_base = Put("/app/a", "a", Encoding::kPatch);
  wrong_base.base = Sha256("never had");
  const Batch batch = MakeBatch(
      {wrong_base, Put("/app/b", "b", Encoding::kStored), Put("/app/c", "c", Encoding::kWhole),
       Put("/app/d", "d", Encoding::kBundled), Put("/app/e", "e", Encoding::kBundled)},
      {{0, true, wire::EncodePatch(kOld, "a").value()},
       {2, true, wire::Compress("X")},
       {wire::kBundleData, true, wire::Compress("de")}});
  auto outcome = Feed(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  const auto* need = std::get_if<wire::Need>(&*outcome);
  ASSERT_NE(need, nullptr);
  EXPECT_EQ(need->number, 8U);
  EXPECT_EQ(need->changes, (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_FALSE(store_->Has(Sha256("X"), 1));

  Batch again = batch;
  for (Change& change : again.changes) {
    change.encoding = Encoding::kBundled;
    change.base = {};
  }
  again.data = {{wire::kBundleData, true, wire::Compress("abcde")}};
  outcome = Feed(again);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(std::holds_alternative<StagedBatch>(*outcome));
}

TEST_F(BatchReaderTest, AsksForAFileWhoseBaseWasDamagedInTheStore) {
  std::string old;  // long enough that its patch refers to it
  for (int i = 0; i < 200; ++i) old += std::to_string(i * 7919) + "\n";
  ASSERT_TRUE(store_->Put(ContentDigest(old), old).ok());
  ASSERT_TRUE(store_->Flush().ok());
  std::fstream pack(directory_ / "store/packs/pack-1");
  pack.seekp(-1, std::ios::end);
  pack.put('x');
  pack.close();
  Change patch = Put("/app/old", old + "!", Encoding::kPatch);
  patch.base = ContentDigest(old);
  const auto outcome =
      Feed(MakeBatch({patch}, {{0, true, wire::EncodePatch(old, old + "!").value()}}));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(std::holds_alternative<wire::Need>(*outcome));
}

TEST_F(BatchReaderTest, ReadsAStaleBatchToItsEndAndRefusesIt) {
  for (const bool number : {true, false}) {
    Batch batch = Simple();
    if (number) {
      batch.begin.number = batch.end->number = 9;
    } else {
      batch.begin.base_tree = Sha256("another");
    }
    const auto outcome = Feed(batch);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const auto* refusal = std::get_if<wire::BatchResult>(&*outcome);
    ASSERT_NE(refusal, nullptr);
    EXPECT_EQ(refusal->outcome, wire::BatchOutcome::kStale);
    EXPECT_EQ(refusal->number, batch.begin.number);
    EXPECT_EQ(refusal->tree, state_.tree.digest());
    EXPECT_FALSE(store_->Has(Sha256("new"), 3)) << "what is refused is not stored";
    ExpectUsable();
    store_->Collect({ContentDigest(kOld)});
  }
}

TEST_F(BatchReaderTest, DropsTheBatchBeforeWhenANewOneBegins) {
  const std::vector<Message> first = Simple().Messages();
  ASSERT_TRUE(Feed({first[0], first[1]}).ok());
  ExpectUsable();
}

TEST_F(BatchReaderTest, TakesAnEmptyFirstBatch) {
  state_.tree = {};
  state_.last_batch = 0;
  Batch batch = MakeBatch({}, {});
  batch.begin.base_tree = {};
  const auto outcome = Feed(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(std::holds_alternative<StagedBatch>(*outcome));
}

TEST_F(BatchReaderTest, ConfirmRemembersWhatAFreshContainerNeeds) {
  StagedBatch staged{.number = 8,
                     .changes = {Remove("/app/image"), Remove("/gone/f")},
                     .steps = {1},
                     .restart = false,
                     .result = {}};
  state_.tree.Erase("/app/old");
  state_.steps_due = {0};
  Advance(state_, DeltaOf(state_, staged));
  EXPECT_EQ(state_.last_batch, 8U);
  EXPECT_TRUE(state_.tree.empty());
  EXPECT_EQ(state_.removed, std::set<std::string>{"/app/image"}) << "not of a root given up";
  EXPECT_EQ(state_.steps_due, (std::vector<uint32_t>{0, 1}));
  staged.changes = {Put("/app/image", "back", Encoding::kWhole)};
  Advance(state_, DeltaOf(state_, staged));
  EXPECT_TRUE(state_.removed.empty());
}

}  // namespace
}  // namespace hawser::sync
