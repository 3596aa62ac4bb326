// Writes one batch onto a channel: chooses how each file travels, encodes it, and streams with
// bounded memory.
#include "lib/sync/send/batch_writer.h"

#include <utility>
#include <vector>

#include "lib/sync/send/batch_files.h"
#include "lib/sync/send/chooser.h"
#include "lib/sync/send/encode.h"
#include "lib/sync/send/outbox.h"
#include "lib/wire/compress.h"

namespace hawser::sync {

namespace {

using wire::Change;
using wire::Encoding;

/// Streams from here on are compressed while the next file is read.
constexpr uint64_t kCompressBeside = 4U << 20;
/// From here on a delta that saves little is worth telling.
constexpr uint64_t kLarge = 1U << 20;
constexpr size_t kChangesPerMessage = 512;

/// One batch being written.
class Writing {
 public:
  Writing(wire::Channel& channel, const BatchRequest& request, SendingContent& content,
          Deadline deadline)
      : channel_(channel),
        request_(request),
        content_(content),
        files_(*request.snapshot, content),
        outbox_(channel, deadline) {}

  Result<BatchCost> Run() {
    const Status sent = SendAll();
    if (sent.code() == Code::kAborted) {
      cost_.changed = request_.plan->changes[at_].path;
    } else if (!sent.ok()) {
      return sent;
    }
    return cost_;
  }

 private:
  /// aborted when the file of the change that `at_` is at changed since the snapshot.
  Status SendAll() {
    const uint64_t before = channel_.bytes_sent();
    HAWSER_RETURN_IF_ERROR(SendChanges());
    for (uint32_t i = 0; i < choices_.size(); ++i) {
      const Encoding encoding = choices_[i].change.encoding;
      if (encoding == Encoding::kPatch) HAWSER_RETURN_IF_ERROR(SendPatch(i));
      if (encoding == Encoding::kWhole) HAWSER_RETURN_IF_ERROR(SendStream(i, {i}));
    }
    if (!bundled_.empty()) HAWSER_RETURN_IF_ERROR(SendStream(wire::kBundleData, bundled_));
    HAWSER_RETURN_IF_ERROR(outbox_.Add(wire::BatchEnd{request_.number}, 0));
    cost_.encoded = std::chrono::steady_clock::now();
    HAWSER_RETURN_IF_ERROR(outbox_.Flush());
    cost_.sent = std::chrono::steady_clock::now();
    cost_.wire_bytes = channel_.bytes_sent() - before;
    return OkStatus();
  }

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

    Chooser chooser(request_, content_, files_);
    wire::Changes message;
    size_t size = 0;
    for (uint32_t i = 0; i < count; ++i) {
      at_ = i;
      HAWSER_ASSIGN_OR_RETURN(Choice choice, chooser.Choose(i));
      files_.Hold(choice.change);
      Count(choice, i);
      message.changes.push_back(choice.change);
      size += choice.change.path.size() + sizeof(Change);
      choices_.push_back(std::move(choice));
      if (message.changes.size() < kChangesPerMessage && i + 1 < count) continue;
      HAWSER_RETURN_IF_ERROR(outbox_.Add(std::exchange(message, {}), std::exchange(size, 0)));
    }
    return OkStatus();
  }

  void Count(const Choice& choice, uint32_t index) {
    if (choice.defeated) NoteDefeated(choice.change);
    switch (choice.change.encoding) {
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

  void NoteDefeated(const Change& change) {
    if (change.entry.size >= kLarge) cost_.defeated.push_back(files_.SourceOf(change.path));
  }

  uint64_t SizeOf(const std::vector<uint32_t>& files) const {
    uint64_t size = 0;
    for (const uint32_t file : files) size += choices_[file].change.entry.size;
    return size;
  }

  Result<PatchCache::Patch> Patch(const Choice& choice) {
    if (choice.patch != nullptr) return choice.patch;
    const Change& change = choice.change;
    return content_.patches.GetOrEncode(change.base, change.entry.digest,
                                        [&] { return Encode(change); });
  }

  Result<PatchCache::Patch> Encode(const Change& change) {
    const ContentPtr base = content_.bases.Get(change.base);
    // Another pod's batch pushed the base out since it was chosen: plan anew.
    if (base == nullptr) return AbortedError("the base of " + change.path + " is no longer held");
    HAWSER_ASSIGN_OR_RETURN(const auto content, files_.Read(change));
    HAWSER_ASSIGN_OR_RETURN(std::string encoded, EncodeBetween(*base, *content));
    encoded.shrink_to_fit();  // it is kept, and was made in room for the worst case
    return std::make_shared<const std::string>(std::move(encoded));
  }

  Status SendPatch(uint32_t index) {
    const Choice& choice = choices_[index];
    at_ = index;
    HAWSER_ASSIGN_OR_RETURN(const auto patch, Patch(choice));
    if (patch->size() > choice.change.entry.size / 2) NoteDefeated(choice.change);
    return outbox_.AddData(index, *patch, true);
  }

  /// Sends files one after another as one compressed stream.
  Status SendStream(uint32_t stream, const std::vector<uint32_t>& files) {
    wire::StreamCompressor compressor(
        [&](std::string_view piece) { return outbox_.AddData(stream, piece, false); });
    if (SizeOf(files) >= kCompressBeside) compressor.CompressBeside();
    const auto write = [&](std::string_view piece) { return compressor.Write(piece); };
    for (const uint32_t file : files) {
      at_ = file;
      HAWSER_RETURN_IF_ERROR(files_.Pass(choices_[file].change, write));
    }
    HAWSER_RETURN_IF_ERROR(compressor.Finish());
    return outbox_.AddData(stream, "", true);
  }

  wire::Channel& channel_;
  const BatchRequest& request_;
  SendingContent& content_;
  BatchFiles files_;
  Outbox outbox_;
  std::vector<Choice> choices_;
  std::vector<uint32_t> bundled_;
  uint32_t at_ = 0;  ///< the change whose file was read last
  BatchCost cost_;
};

}  // namespace

Result<BatchCost> WriteBatch(wire::Channel& channel, const BatchRequest& request,
                             SendingContent& content, Deadline deadline) {
  return Writing(channel, request, content, deadline).Run();
}

}  // namespace hawser::sync
