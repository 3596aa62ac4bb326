// Writes one batch onto a channel: chooses how each file travels, encodes it, and streams with
// bounded memory.
#include "lib/sync/send/batch_writer.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "lib/sync/send/encode.h"
#include "lib/wire/compress.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

using wire::Change;
using wire::Encoding;

/// Files up to here share one compressed stream; larger ones gain nothing from their neighbours.
constexpr uint64_t kMaxBundled = 128U << 10;
/// Larger files are streamed from disk and never held in memory.
constexpr uint64_t kMaxInMemory = wire::kMaxPatchSide;
/// Streams from here on are compressed while the next file is read.
constexpr uint64_t kCompressBeside = 4U << 20;
/// Bundled files of one batch kept as bases: a first sync must not fill the memory.
constexpr uint64_t kMaxBundledBases = 4U << 20;
/// From here on a delta that saves little is worth telling.
constexpr uint64_t kLarge = 1U << 20;
constexpr size_t kDataPiece = 128U << 10;
/// The agent works on what it has while the rest is encoded.
constexpr size_t kFlushAt = 16U << 10;
constexpr size_t kFlushMessages = 64;
constexpr size_t kChangesPerMessage = 512;

bool IsFile(const PlannedChange& change) {
  return !change.remove && change.entry.kind == EntryKind::kFile;
}

/// Gathers messages so that a small batch leaves in one write.
class Outbox {
 public:
  Outbox(wire::Channel& channel, Deadline deadline) : channel_(channel), deadline_(deadline) {}

  Status Add(wire::Message message, size_t size) {
    messages_.push_back(std::move(message));
    size_ += size;
    return size_ < kFlushAt && messages_.size() < kFlushMessages ? OkStatus() : Flush();
  }

  /// The pieces of one Data stream.
  Status AddData(uint32_t change, std::string_view bytes, bool last) {
    do {
      const std::string_view piece = bytes.substr(0, kDataPiece);
      bytes.remove_prefix(piece.size());
      if (piece.empty() && !last) return OkStatus();
      wire::Data data{change, last && bytes.empty(), std::string(piece)};
      HAWSER_RETURN_IF_ERROR(Add(std::move(data), piece.size()));
    } while (!bytes.empty());
    return OkStatus();
  }

  Status Flush() {
    if (messages_.empty()) return OkStatus();
    const Status status = channel_.SendAll(messages_, deadline_);
    messages_.clear();
    size_ = 0;
    return status;
  }

 private:
  wire::Channel& channel_;
  const Deadline deadline_;
  std::vector<wire::Message> messages_;
  size_t size_ = 0;
};

/// Decides how each file travels: the cheapest way that the agent can undo.
class Chooser {
 public:
  Chooser(const BatchRequest& request, SendingContent& content)
      : request_(request), content_(content) {}

  Change Choose(uint32_t index) {
    const PlannedChange& planned = request_.plan->changes[index];
    Change change;
    change.remove = planned.remove;
    change.path = planned.path;
    change.entry = planned.entry;
    if (!IsFile(planned)) return change;
    const bool whole = request_.send_whole.contains(index);
    if (!planned.content && !whole) return change;
    const Digest& digest = planned.entry.digest;
    if (!whole && Held(digest)) {
      change.encoding = Encoding::kStored;
    } else if (!whole && FindBase(planned, change.base)) {
      change.encoding = Encoding::kPatch;
    } else {
      change.encoding = planned.entry.size <= kMaxBundled ? Encoding::kBundled : Encoding::kWhole;
    }
    brought_.insert(digest);  // the next file with this content need not bring it again
    return change;
  }

 private:
  bool Held(const Digest& digest) const {
    return brought_.contains(digest) || (request_.held != nullptr && request_.held->Has(digest));
  }

  bool FindBase(const PlannedChange& planned, Digest& base) const {
    if (planned.entry.size == 0 || planned.entry.size > wire::kMaxPatchSide) return false;
    const std::optional<Entry> had = request_.confirmed.Find(planned.path);
    if (!had.has_value() || had->kind != EntryKind::kFile || had->size == 0) return false;
    // Another pod's batch may have pushed the base out, and left its patch.
    if (content_.bases.Get(had->digest) == nullptr &&
        !content_.patches.Expects(had->digest, planned.entry.digest)) {
      return false;
    }
    base = had->digest;
    return true;
  }

  const BatchRequest& request_;
  SendingContent& content_;
  std::unordered_set<Digest, DigestHash> brought_;  ///< by this batch, or held before
};

/// One batch being written.
class Writing {
 public:
  Writing(wire::Channel& channel, const BatchRequest& request, SendingContent& content,
          Deadline deadline)
      : channel_(channel), request_(request), content_(content), outbox_(channel, deadline) {}

  Result<BatchCost> Run() {
    const uint64_t before = channel_.bytes_sent();
    HAWSER_RETURN_IF_ERROR(SendChanges());
    for (uint32_t i = 0; i < changes_.size(); ++i) {
      if (changes_[i].encoding == Encoding::kPatch) HAWSER_RETURN_IF_ERROR(SendPatch(i));
      if (changes_[i].encoding == Encoding::kWhole) {
        HAWSER_RETURN_IF_ERROR(SendStream(i, {i}));
      }
    }
    if (!bundled_.empty()) HAWSER_RETURN_IF_ERROR(SendStream(wire::kBundleData, bundled_));
    HAWSER_RETURN_IF_ERROR(outbox_.Add(wire::BatchEnd{request_.number}, 0));
    cost_.encoded = std::chrono::steady_clock::now();
    HAWSER_RETURN_IF_ERROR(outbox_.Flush());
    cost_.sent = std::chrono::steady_clock::now();
    cost_.wire_bytes = channel_.bytes_sent() - before;
    return cost_;
  }

 private:
  Status SendChanges() {
    const auto count = static_cast<uint32_t>(request_.plan->changes.size());
    wire::BatchBegin begin;
    begin.number = request_.number;
    begin.base_tree = request_.base_tree;
    begin.result_tree = request_.result_tree;
    begin.change_count = count;
    begin.steps = request_.steps;
    begin.restart = request_.restart;
    HAWSER_RETURN_IF_ERROR(outbox_.Add(std::move(begin), 0));

    Chooser chooser(request_, content_);
    wire::Changes message;
    size_t size = 0;
    for (uint32_t i = 0; i < count; ++i) {
      changes_.push_back(chooser.Choose(i));
      Count(changes_.back().encoding, i);
      message.changes.push_back(changes_.back());
      size += changes_.back().path.size() + sizeof(Change);
      if (message.changes.size() < kChangesPerMessage && i + 1 < count) continue;
      HAWSER_RETURN_IF_ERROR(outbox_.Add(std::exchange(message, {}), std::exchange(size, 0)));
    }
    return OkStatus();
  }

  void Count(Encoding encoding, uint32_t index) {
    switch (encoding) {
      case Encoding::kNone:
        return;
      case Encoding::kStored:
        ++cost_.stored;
        return;
      case Encoding::kPatch:
        ++cost_.patched;
        return;
      case Encoding::kWhole:
        ++cost_.whole;
        return;
      case Encoding::kBundled:
        ++cost_.bundled;
        bundled_.push_back(index);
        return;
    }
  }

  std::string SourceOf(const std::string& path) const {
    return request_.snapshot->sources.Find(path).value_or("");
  }

  /// The file's content, kept as a base for its next version.
  Result<ContentPtr> Content(const Change& change) {
    const Digest& digest = change.entry.digest;
    if (auto cached = content_.bases.Get(digest)) return cached;
    ContentPtr content = content_.fresh.Get(digest);
    if (content == nullptr) {
      HAWSER_ASSIGN_OR_RETURN(
          content, content_.source.Read(SourceOf(change.path), digest, change.entry.size));
    }
    if (KeepsAsBase(change)) content_.bases.Put(content);
    return content;
  }

  bool KeepsAsBase(const Change& change) {
    if (change.encoding != Encoding::kBundled) return true;
    bundled_bases_ += change.entry.size;
    return bundled_bases_ <= kMaxBundledBases;
  }

  uint64_t SizeOf(const std::vector<uint32_t>& files) const {
    uint64_t size = 0;
    for (const uint32_t file : files) size += changes_[file].entry.size;
    return size;
  }

  Result<PatchCache::Patch> Patch(const Change& change) {
    return content_.patches.GetOrEncode(change.base, change.entry.digest,
                                        [&] { return Encode(change); });
  }

  Result<PatchCache::Patch> Encode(const Change& change) {
    const ContentPtr base = content_.bases.Get(change.base);
    // Another pod's batch pushed the base out since it was chosen: plan anew.
    if (base == nullptr) return AbortedError("the base of " + change.path + " is no longer held");
    HAWSER_ASSIGN_OR_RETURN(const auto content, Content(change));
    HAWSER_ASSIGN_OR_RETURN(std::string encoded, EncodeBetween(*base, *content));
    encoded.shrink_to_fit();  // it is kept, and was made in room for the worst case
    return std::make_shared<const std::string>(std::move(encoded));
  }

  Status SendPatch(uint32_t index) {
    const Change& change = changes_[index];
    HAWSER_ASSIGN_OR_RETURN(const auto patch, Patch(change));
    if (change.entry.size >= kLarge && patch->size() > change.entry.size / 2) {
      cost_.defeated.push_back(SourceOf(change.path));
    }
    return outbox_.AddData(index, *patch, true);
  }

  /// Sends files one after another as one compressed stream.
  Status SendStream(uint32_t stream, const std::vector<uint32_t>& files) {
    wire::StreamCompressor compressor(
        [&](std::string_view piece) { return outbox_.AddData(stream, piece, false); });
    if (SizeOf(files) >= kCompressBeside) compressor.CompressBeside();
    const auto write = [&](std::string_view piece) { return compressor.Write(piece); };
    for (const uint32_t file : files) {
      const Change& change = changes_[file];
      if (change.entry.size > kMaxInMemory) {
        HAWSER_RETURN_IF_ERROR(
            content_.source.Stream(SourceOf(change.path), change.entry.digest, write));
      } else {
        HAWSER_ASSIGN_OR_RETURN(const auto content, Content(change));
        for (const auto& block : content->blocks()) HAWSER_RETURN_IF_ERROR(write(block->bytes));
      }
    }
    HAWSER_RETURN_IF_ERROR(compressor.Finish());
    return outbox_.AddData(stream, "", true);
  }

  wire::Channel& channel_;
  const BatchRequest& request_;
  SendingContent& content_;
  Outbox outbox_;
  std::vector<Change> changes_;
  std::vector<uint32_t> bundled_;
  uint64_t bundled_bases_ = 0;  ///< bytes
  BatchCost cost_;
};

}  // namespace

Result<BatchCost> WriteBatch(wire::Channel& channel, const BatchRequest& request,
                             SendingContent& content, Deadline deadline) {
  return Writing(channel, request, content, deadline).Run();
}

}  // namespace hawser::sync
