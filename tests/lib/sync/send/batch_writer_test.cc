// How each file travels, and that the agent's side can read all of it.
#include "lib/sync/send/batch_writer.h"

#include <gtest/gtest.h>

#include <random>

#include "lib/sync/blocks/block_sums.h"
#include "lib/sync/send/sums_inquiry.h"
#include "lib/sync/stage/batch_reader.h"
#include "lib/wire/limits.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/memory_pipe.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

using wire::Encoding;

/// Text that does not compress to nothing.
std::string Noise(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>('a' + random() % 26);
  return text;
}

/// Calls something once, before the first byte is written.
class NoticedStream final : public net::ByteStream {
 public:
  NoticedStream(std::unique_ptr<net::ByteStream> inner, std::function<void()>& notice)
      : inner_(std::move(inner)), notice_(notice) {}
  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    return inner_->Read(out, deadline);
  }
  Status Write(std::string_view data, Deadline deadline) override {
    if (const auto notice = std::exchange(notice_, nullptr)) notice();
    return inner_->Write(data, deadline);
  }
  void Close() override { inner_->Close(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  const std::unique_ptr<net::ByteStream> inner_;
  std::function<void()>& notice_;
};

class BatchWriterTest : public ::testing::Test {
 protected:
  BatchWriterTest() {
    state_.configure.roots = {{"/app", false}};
    testing::StreamPair pipe = testing::MakeMemoryPipe(64U << 20);
    client_ = std::make_unique<wire::Channel>(
        std::make_unique<NoticedStream>(std::move(pipe.first), at_first_byte_));
    agent_ = std::make_unique<wire::Channel>(std::move(pipe.second));
  }

  /// Writes the workspace's file and wants it at the same place below /app.
  void Want(const std::string& path, const std::string& content, uint32_t mode = 0644) {
    workspace_.Write(path, content);
    blocks_->Put(ContentDigest(content), Content::Of(content).block_digests());
    wanted_.Put("/app/" + path, FileEntry(content, mode));
    sources_["/app/" + path] = path;
  }

  void Unwant(const std::string& path) {
    wanted_.Erase("/app/" + path);
    sources_.erase("/app/" + path);
  }

  Result<BatchCost> Write(std::set<uint32_t> send_whole = {}) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->tree = wanted_;
    snapshot->sources = Sources(nullptr, std::make_shared<const Sources::Exceptions>(sources_));
    snapshot->digest = wanted_.digest();
    snapshot->blocks = blocks_;
    plan_ = Plan(wanted_, state_.tree);
    BatchRequest request;
    request.number = state_.last_batch + 1;
    request.base_tree = state_.last_batch == 0 ? Digest{} : state_.tree.digest();
    request.snapshot = snapshot;
    request.plan = &plan_;
    request.confirmed = state_.tree;
    held_.Learn(learnt_, state_.tree);
    learnt_ = state_.tree;
    request.held = &held_;
    sums_.clear();
    const auto can_patch = [&](const Digest& old, const Digest& wanted) {
      return content_->CanPatch(old, wanted);
    };
    for (const SumsQuestion& each :
         WorthAsking(plan_, state_.tree, held_, can_patch, blocks_.get())) {
      const ContentBase stored = store_->OpenBase(each.base).value();
      sums_[{each.base, each.wanted}] = {
          each.range, SumBlocks(stored.Reader(), each.range.before, each.range.base_size).value()};
    }
    request.sums = &sums_;
    request.result_tree = snapshot->digest;
    request.send_whole = std::move(send_whole);
    return WriteBatch(*client_, request, *content_, kNoDeadline);
  }

  /// All messages that arrived.
  std::vector<wire::Message> Received() {
    std::vector<wire::Message> messages;
    for (;;) {
      Result<wire::Message> message = agent_->Receive(In(Duration::zero()));
      if (!message.ok()) return messages;
      messages.push_back(*std::move(message));
    }
  }

  /// Writes a batch, lets the agent's side confirm it; returns how each path travelled.
  std::map<std::string, Encoding> Sync(std::set<uint32_t> send_whole = {}) {
    const Result<BatchCost> cost = Write(std::move(send_whole));
    EXPECT_TRUE(cost.ok()) << cost.status();
    EXPECT_EQ(cost.value_or({}).changed, "");
    cost_ = cost.ok() ? *cost : BatchCost{};
    std::map<std::string, Encoding> ways;
    for (const wire::Message& message : Received()) {
      if (const auto* changes = std::get_if<wire::Changes>(&message)) {
        for (const wire::Change& change : changes->changes) ways[change.path] = change.encoding;
      }
      auto outcome = reader_.OnMessage(message);
      EXPECT_TRUE(outcome.ok()) << outcome.status();
      if (!outcome.ok()) break;
      EXPECT_FALSE(std::holds_alternative<wire::Need>(*outcome));
      if (const auto* staged = std::get_if<StagedBatch>(&*outcome))
        Advance(state_, DeltaOf(state_, *staged));
    }
    EXPECT_EQ(state_.tree.digest(), wanted_.digest());
    return ways;
  }

  testing::TempDir workspace_;
  testing::TempDir directory_;
  std::unique_ptr<ContentStore> store_ = ContentStore::Open(directory_ / "store").value();
  AgentState state_;
  BatchReader reader_{state_, *store_, {}};
  std::function<void()> at_first_byte_;  ///< of the next batch
  std::unique_ptr<wire::Channel> client_;
  std::unique_ptr<wire::Channel> agent_;
  std::unique_ptr<SendingContent> content_ =
      std::make_unique<SendingContent>(workspace_.path().string());
  Tree wanted_;
  std::map<std::string, std::string> sources_;
  std::shared_ptr<KnownBlocks> blocks_ = std::make_shared<KnownBlocks>();  ///< the scanner's
  HeldContent held_;
  Tree learnt_;    ///< what `held_` was told last
  BaseSums sums_;  ///< as the agent would tell them
  SyncPlan plan_;
  BatchCost cost_;
};

TEST_F(BatchWriterTest, ClimbsTheLadder) {
  Want("small", "small");
  Want("empty", "");
  Want("large", Noise(300000, 1));
  Want("copy", "small");
  auto ways = Sync();
  EXPECT_EQ(ways["/app/large"], Encoding::kWhole);
  EXPECT_EQ(ways["/app/empty"], Encoding::kBundled);
  EXPECT_EQ(ways["/app/copy"], Encoding::kBundled);
  EXPECT_EQ(ways["/app/small"], Encoding::kStored) << "this batch brought it already";
  EXPECT_EQ(cost_.bundled + cost_.whole + cost_.stored, 4U);

  Want("large", Noise(300000, 1) + "!");
  Want("moved", "small");
  Want("small", "small", 0755);
  ways = Sync();
  EXPECT_EQ(ways["/app/large"], Encoding::kPatch);
  EXPECT_EQ(ways["/app/moved"], Encoding::kStored);
  EXPECT_EQ(ways["/app/small"], Encoding::kNone) << "only its mode changed";
  EXPECT_EQ(ways.size(), 3U);
  EXPECT_LT(cost_.wire_bytes, 1000U);
}

TEST_F(BatchWriterTest, NeedsNoBaseForAFileThatWasEmptyOrBecomesSo) {
  Want("f", "");
  Want("g", "content");
  Sync();
  Want("f", "content too");
  Want("g", "");
  auto ways = Sync();
  EXPECT_EQ(ways["/app/f"], Encoding::kBundled);
  EXPECT_EQ(ways["/app/g"], Encoding::kStored);
}

TEST_F(BatchWriterTest, SendsNothingOfABranchThatIsSwitchedBack) {
  const auto check_out = [&](const std::string& branch) {
    for (int i = 0; i < 20; ++i) {
      const std::string name = "f" + std::to_string(i);
      Want(name, Noise(5000, static_cast<uint64_t>(i)) + branch);
    }
    return Sync();
  };
  check_out("main");
  check_out("feature");
  for (const auto& [path, way] : check_out("main")) EXPECT_EQ(way, Encoding::kStored) << path;
  EXPECT_EQ(cost_.stored, 20U);
}

TEST_F(BatchWriterTest, MakesWhatComesBackFromWhatWasRemoved) {
  Want("kept", "kept");
  Want("program", Noise(300000, 1));
  Sync();
  Unwant("program");
  Sync();
  Want("program", Noise(300000, 1) + "linked anew");
  EXPECT_EQ(Sync()["/app/program"], Encoding::kPatch);
  EXPECT_LT(cost_.wire_bytes, 1000U);
}

TEST_F(BatchWriterTest, TellsOfLargeFilesWhoseDeltasSaveLittle) {
  Want("archive", Noise(1500000, 1));
  Want("program", Noise(1500000, 2));
  Want("small", Noise(100000, 3));
  Sync();
  EXPECT_TRUE(cost_.defeated.empty());
  Want("archive", Noise(1500000, 4));
  Want("program", "!" + Noise(1500000, 2));
  Want("small", Noise(100000, 5));
  Sync();
  EXPECT_EQ(cost_.patched, 3U);
  EXPECT_EQ(cost_.defeated, std::vector<std::string>{"archive"});
}

TEST_F(BatchWriterTest, SendsWholeWhatItHoldsNoBaseOf) {
  Want("f", "of another push");
  Sync();
  content_ = std::make_unique<SendingContent>(workspace_.path().string());
  Want("f", "of this push");
  EXPECT_EQ(Sync()["/app/f"], Encoding::kBundled);
}

TEST_F(BatchWriterTest, SendsWhatIsNewOfALargeFileWhoseOldVersionOnlyThePodHolds) {
  std::string content = Noise(3U << 20, 1);
  Want("large", content);
  Sync();
  content_ = std::make_unique<SendingContent>(workspace_.path().string());
  content.insert(1'000'000, "inserted");
  Want("large", content);
  EXPECT_EQ(Sync()["/app/large"], Encoding::kPatch);
  EXPECT_LT(cost_.wire_bytes, 10'000U);
  content += "appended";
  Want("large", content);
  Sync();
  EXPECT_TRUE(sums_.empty()) << "the version before is at hand now";
  EXPECT_LT(cost_.wire_bytes, 500U);
}

TEST_F(BatchWriterTest, AsksOnlyAboutTheBlocksOfALargeFileThatChanged) {
  std::string content = Noise(5U << 20, 1);
  Want("large", content);
  Sync();
  content_ = std::make_unique<SendingContent>(workspace_.path().string());
  content[(2U << 20) + 5] = '!';
  Want("large", content);
  EXPECT_EQ(Sync()["/app/large"], Encoding::kPatch);
  ASSERT_EQ(sums_.size(), 1U);
  EXPECT_EQ(sums_.begin()->second.range,
            (ChangedRange{2U << 20, kDigestBlock, kDigestBlock, 2U << 20}));
  EXPECT_LT(cost_.wire_bytes, 3000U);
}

TEST_F(BatchWriterTest, SendsWholeWhatHasTooLittleInCommonWithThePodsVersion) {
  Want("large", Noise(3U << 20, 1));
  Sync();
  content_ = std::make_unique<SendingContent>(workspace_.path().string());
  Want("large", Noise(3U << 20, 2));
  EXPECT_EQ(Sync()["/app/large"], Encoding::kWhole);
  EXPECT_FALSE(sums_.empty());
  EXPECT_EQ(cost_.defeated, std::vector<std::string>{"large"});
}

TEST_F(BatchWriterTest, NeverHoldsAVeryLargeFileInMemory) {
  constexpr size_t kSize = wire::kMaxPatchSide + 1;
  const std::string content(kSize, '\0');
  for (int version = 0; version < 2; ++version) {
    Want("large", content.substr(0, kSize - 1) + std::to_string(version));
    EXPECT_EQ(Sync()["/app/large"], version == 0 ? Encoding::kWhole : Encoding::kPatch);
    EXPECT_EQ(content_->bases.Get(wanted_.at("/app/large").digest), nullptr);
  }
  EXPECT_LT(cost_.wire_bytes, 2000U);
  EXPECT_EQ(sums_.begin()->second.range.base_size, 1U) << "its last block is a byte";
  workspace_.Write("large", content);
  blocks_ = std::make_shared<KnownBlocks>();
  Want("large", content.substr(0, kSize - 1) + "x");
  workspace_.Write("large", content.substr(0, kSize - 1) + "y");
  EXPECT_EQ(Write()->changed, "/app/large") << "it changed since it was looked at";
}

TEST_F(BatchWriterTest, SendsAVersionOfAVeryLargeFileThatOthersWereAppendedTo) {
  const std::string content(wire::kMaxPatchSide + 5, '\0');
  Want("log", content);
  workspace_.Write("log", content + "one line more");
  EXPECT_EQ(Sync()["/app/log"], Encoding::kWhole);
}

TEST_F(BatchWriterTest, KeepsWhatTheScanReadUntilItIsSent) {
  Want("a", "scanned");
  Want("large", Noise(200000, 1));
  for (const std::string path : {"a", "large"}) {
    content_->fresh.Put(std::make_shared<const Content>(Content::Of(workspace_.Read(path))));
  }
  at_first_byte_ = [&] {  // another look at the workspace begins
    content_->fresh.Clear();
    workspace_.Write("a", "rewritten");
    workspace_.Write("large", Noise(200000, 2));
  };
  EXPECT_EQ(Sync().size(), 2U);
}

TEST_F(BatchWriterTest, SendsWholeWhatWasAskedFor) {
  Want("f", "one");
  Sync();
  Want("f", "two");
  EXPECT_EQ(Sync({0})["/app/f"], Encoding::kBundled);
}

TEST_F(BatchWriterTest, SplitsManyChangesAndLargeContent) {
  for (int i = 0; i < 1200; ++i) Want("d" + std::to_string(i), "content " + std::to_string(i));
  Want("large", Noise(2000000, 2));
  EXPECT_EQ(Sync().size(), 1201U);
}

TEST_F(BatchWriterTest, EndsWithoutBatchEndWhenAFileChanged) {
  Want("f", "scanned");
  Want("g", "stays");
  workspace_.Write("f", "changed");
  const Result<BatchCost> cost = Write();
  ASSERT_TRUE(cost.ok()) << cost.status();
  EXPECT_EQ(cost->changed, "/app/f");
  for (const wire::Message& message : Received()) {
    EXPECT_FALSE(std::holds_alternative<wire::BatchEnd>(message));
    EXPECT_TRUE(reader_.OnMessage(message).ok());
  }
  Want("f", "changed");
  EXPECT_EQ(Sync().size(), 2U) << "the agent drops what was not whole";
}

TEST_F(BatchWriterTest, PassesOnTheStreamsFailure) {
  Want("f", "content");
  agent_->Close();
  EXPECT_EQ(Write().status().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace hawser::sync
