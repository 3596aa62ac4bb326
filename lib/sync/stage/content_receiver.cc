// Turns the Data of a batch into verified content in the store.
#include "lib/sync/stage/content_receiver.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/fs/file.h"
#include "lib/wire/compress.h"
#include "lib/wire/limits.h"
#include "lib/wire/patch.h"

namespace hawser::sync {

namespace {

using wire::Change;
using wire::Encoding;

/// Files up to here are made in memory and stored at once, with half of the system calls.
constexpr uint64_t kHeldWhole = 256U << 10;

/// More than zstd ever needs for what it can't compress: `size` bytes, or as many as a patch may
/// bring.
uint64_t PatchBound(uint64_t size) {
  const uint64_t brought = std::min(size, wire::kMaxPatchSide);
  return brought + brought / 128 + 4096;
}

/// Content that does not match is asked for again; other failures end the batch.
Status NoteMismatch(const Status& status, uint32_t change, std::vector<uint32_t>& missing) {
  if (status.code() != Code::kDataLoss && status.code() != Code::kNotFound) return status;
  missing.push_back(change);
  return OkStatus();
}

class PatchDecoder final : public ContentDecoder {
 public:
  PatchDecoder(uint32_t index, const Change& change, ContentStore& store)
      : index_(index), change_(change), store_(store) {}

  uint32_t next() const override { return index_; }

  Status Write(std::string_view piece) override {
    if (patch_.size() + piece.size() > PatchBound(change_.entry.size)) {
      return DataLossError("a patch is larger than what it makes");
    }
    patch_ += piece;
    return OkStatus();
  }

  Status Finish(std::vector<uint32_t>& missing) override {
    return NoteMismatch(Rebuild(), index_, missing);
  }

 private:
  Status Rebuild() {
    HAWSER_ASSIGN_OR_RETURN(const ContentBase base, store_.OpenBase(change_.base));
    if (base.size <= kHeldWhole && change_.entry.size <= kHeldWhole) return RebuildInMemory(base);
    HAWSER_ASSIGN_OR_RETURN(const auto writer, store_.NewWriter());
    const wire::PatchSink sink{
        .write = [&](std::string_view piece) { return writer->Write(piece); },
        .copy = [&](uint64_t offset,
                    uint64_t length) { return writer->Copy(base, offset, length); }};
    HAWSER_RETURN_IF_ERROR(wire::DecodePatch(base.Reader(), patch_, change_.entry.size, sink));
    return writer->Commit(change_.entry.digest);
  }

  /// A damaged base shows in what it makes, which has another digest then.
  Status RebuildInMemory(const ContentBase& base) {
    std::string read;
    if (base.fd.valid()) {
      read.resize(static_cast<size_t>(base.size));
      HAWSER_RETURN_IF_ERROR(base.ReadAt(0, read));
    }
    HAWSER_ASSIGN_OR_RETURN(
        const std::string content,
        wire::DecodePatch(base.fd.valid() ? read : base.bytes, patch_, change_.entry.size));
    return store_.Put(change_.entry.digest, content);
  }

  const uint32_t index_;
  const Change& change_;
  ContentStore& store_;
  std::string patch_;
};

/// One file as it arrives.
class IncomingFile {
 public:
  static Result<std::unique_ptr<IncomingFile>> Begin(ContentStore& store, uint64_t size) {
    std::unique_ptr<IncomingFile> file(new IncomingFile(store));
    if (size > kHeldWhole) {
      HAWSER_ASSIGN_OR_RETURN(file->writer_, store.NewWriter());
    }
    return file;
  }

  Status Write(std::string_view part) {
    if (writer_ != nullptr) return writer_->Write(part);
    bytes_ += part;
    return OkStatus();
  }

  Status Commit(const Digest& expected) {
    return writer_ != nullptr ? writer_->Commit(expected) : store_.Put(expected, bytes_);
  }

 private:
  explicit IncomingFile(ContentStore& store) : store_(store) {}

  ContentStore& store_;
  std::unique_ptr<ContentWriter> writer_;  ///< of a large file
  std::string bytes_;                      ///< of a small one
};

/// Splits one compressed stream into the files it holds, one after another.
class StreamedFiles final : public ContentDecoder {
 public:
  StreamedFiles(std::vector<uint32_t> files, const std::vector<Change>& changes,
                ContentStore& store)
      : files_(std::move(files)),
        changes_(changes),
        store_(store),
        decompressor_([this](std::string_view piece) { return Split(piece); }, Total()) {}

  uint32_t next() const override { return files_[std::min(current_, files_.size() - 1)]; }

  Status Write(std::string_view piece) override { return decompressor_.Write(piece); }

  Status Finish(std::vector<uint32_t>& missing) override {
    HAWSER_RETURN_IF_ERROR(decompressor_.Finish());
    HAWSER_RETURN_IF_ERROR(EndFullFiles());
    if (current_ < files_.size()) return DataLossError("content ended before its last file");
    missing.insert(missing.end(), mismatched_.begin(), mismatched_.end());
    return OkStatus();
  }

 private:
  uint64_t Total() const {
    uint64_t total = 0;
    for (const uint32_t file : files_) total += changes_[file].entry.size;
    return total;
  }

  Status Split(std::string_view piece) {
    while (!piece.empty()) {
      HAWSER_RETURN_IF_ERROR(EndFullFiles());
      if (current_ == files_.size()) return DataLossError("more content than its files hold");
      if (HoldsWhole(piece)) {
        HAWSER_RETURN_IF_ERROR(TakeWhole(piece));
        continue;
      }
      const uint64_t room = changes_[files_[current_]].entry.size - written_;
      const std::string_view part =
          piece.substr(0, static_cast<size_t>(std::min<uint64_t>(room, piece.size())));
      HAWSER_RETURN_IF_ERROR(incoming_->Write(part));
      written_ += part.size();
      piece.remove_prefix(part.size());
    }
    return OkStatus();
  }

  /// True when the current file begins and ends in `piece` and is small, as most are.
  bool HoldsWhole(std::string_view piece) const {
    const uint64_t size = changes_[files_[current_]].entry.size;
    return written_ == 0 && size <= kHeldWhole && size <= piece.size();
  }

  /// Such a file need not be gathered first.
  Status TakeWhole(std::string_view& piece) {
    const uint32_t file = files_[current_++];
    const Change& change = changes_[file];
    const std::string_view content = piece.substr(0, static_cast<size_t>(change.entry.size));
    piece.remove_prefix(content.size());
    incoming_.reset();
    return NoteMismatch(store_.Put(change.entry.digest, content), file, mismatched_);
  }

  /// Commits files that have all their bytes (an empty one at once) and opens the next that has
  /// not.
  Status EndFullFiles() {
    for (; current_ < files_.size(); ++current_, written_ = 0) {
      const uint32_t file = files_[current_];
      if (incoming_ == nullptr) {
        HAWSER_ASSIGN_OR_RETURN(incoming_, IncomingFile::Begin(store_, changes_[file].entry.size));
      }
      if (written_ < changes_[file].entry.size) return OkStatus();
      HAWSER_RETURN_IF_ERROR(
          NoteMismatch(incoming_->Commit(changes_[file].entry.digest), file, mismatched_));
      incoming_.reset();
    }
    return OkStatus();
  }

  const std::vector<uint32_t> files_;
  const std::vector<Change>& changes_;
  ContentStore& store_;
  wire::StreamDecompressor decompressor_;
  std::unique_ptr<IncomingFile> incoming_;
  size_t current_ = 0;
  uint64_t written_ = 0;
  std::vector<uint32_t> mismatched_;
};

}  // namespace

ContentReceiver::ContentReceiver(const std::vector<Change>& changes, ContentStore& store)
    : changes_(changes), store_(store) {
  for (uint32_t i = 0; i < changes.size(); ++i) {
    const Encoding encoding = changes[i].encoding;
    if (encoding == Encoding::kPatch || encoding == Encoding::kWhole) streams_.push_back(i);
    if (encoding == Encoding::kBundled) bundled_.push_back(i);
  }
  if (!bundled_.empty()) streams_.push_back(wire::kBundleData);
}

std::unique_ptr<ContentDecoder> ContentReceiver::MakeDecoder(uint32_t stream) {
  if (stream == wire::kBundleData) {
    return std::make_unique<StreamedFiles>(bundled_, changes_, store_);
  }
  if (changes_[stream].encoding == Encoding::kPatch) {
    return std::make_unique<PatchDecoder>(stream, changes_[stream], store_);
  }
  return std::make_unique<StreamedFiles>(std::vector<uint32_t>{stream}, changes_, store_);
}

Status ContentReceiver::OnData(const wire::Data& data) {
  if (complete() || data.change != streams_[next_]) {
    return InvalidArgumentError("data of change " + std::to_string(data.change) +
                                " is not what comes next");
  }
  if (decoder_ == nullptr) decoder_ = MakeDecoder(data.change);
  HAWSER_RETURN_IF_ERROR(decoder_->Write(data.bytes));
  if (!data.last) return OkStatus();
  HAWSER_RETURN_IF_ERROR(decoder_->Finish(missing_));
  decoder_.reset();
  ++next_;
  return OkStatus();
}

uint32_t ContentReceiver::ready() const {
  if (complete()) return static_cast<uint32_t>(changes_.size());
  return decoder_ != nullptr && streams_[next_] == wire::kBundleData ? decoder_->next() : 0;
}

std::vector<uint32_t> ContentReceiver::Missing() const {
  std::vector<uint32_t> missing = missing_;
  for (uint32_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    if (change.remove || change.entry.kind != wire::EntryKind::kFile) continue;
    const bool travelled =
        change.encoding != Encoding::kNone && change.encoding != Encoding::kStored;
    if (!travelled && !store_.Has(change.entry.digest, change.entry.size)) missing.push_back(i);
  }
  std::sort(missing.begin(), missing.end());
  return missing;
}

}  // namespace hawser::sync
