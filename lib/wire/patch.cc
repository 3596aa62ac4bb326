// Deltas: a new version of a file as what differs from the version both sides hold.
#include "lib/wire/patch.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "lib/wire/align.h"
#include "lib/wire/codec.h"
#include "lib/wire/compress.h"
#include "lib/wire/limits.h"
#include "lib/wire/patch_parts.h"
#include "lib/wire/splice.h"

namespace hawser::wire {
namespace {

constexpr char kSplice = 2;          ///< first byte of a splice; a zstd frame begins with 0x28
constexpr size_t kMaxSpliced = 128;  ///< from here on, compressing is worth its time
constexpr size_t kWord = 4;
constexpr size_t kMaxPrefixed = 256U << 10;  ///< both sides together
constexpr size_t kPiece = 256U << 10;
constexpr size_t kLongRun = 64U << 10;  ///< from here on, runs are copied
constexpr size_t kWindow = 16U << 10;   ///< of the base, while runs are short

Status DamagedPatch(std::string_view why) {
  return DataLossError("a patch is damaged: " + std::string(why));
}

/// The word at the beginning of `bytes`, least significant byte first; zeros beyond their end.
uint32_t WordOf(std::string_view bytes) {
  uint32_t word = 0;
  for (size_t i = std::min(bytes.size(), kWord); i-- > 0;) {
    word = word << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return word;
}

void AppendWord(uint32_t word, size_t size, std::string& out) {
  for (size_t i = 0; i < size; ++i, word >>= 8) out += static_cast<char>(word & 0xff);
}

void EncodeGaps(std::string_view base, std::string_view data, Encoder& gaps,
                std::string& residues) {
  while (!data.empty()) {
    const size_t same = MatchLength(base, data);
    gaps.Varint(same);
    base.remove_prefix(same);
    data.remove_prefix(same);
    if (data.empty()) return;
    AppendWord(WordOf(data) - WordOf(base), kWord, residues);
    const size_t taken = std::min(data.size(), kWord);
    base.remove_prefix(taken);
    data.remove_prefix(taken);
  }
}

PatchParts SplitIntoParts(std::string_view base, std::string_view data, PatchFrame frame) {
  PatchParts parts;
  MoveWriter moves;
  Encoder gaps;
  size_t in_data = 0;
  if (frame.before > 0) {
    moves.Add(0, 0, frame.before);
    gaps.Varint(frame.before);
  }
  for (const Segment& segment : Align(base, data)) {
    const std::string_view literals = data.substr(in_data, segment.data_begin - in_data);
    parts.literals += literals;
    moves.Add(literals.size(), frame.before + segment.base_begin, segment.length);
    EncodeGaps(base.substr(segment.base_begin, segment.length),
               data.substr(segment.data_begin, segment.length), gaps, parts.residues);
    in_data = segment.data_begin + segment.length;
  }
  const std::string_view rest = data.substr(in_data);
  parts.literals += rest;
  if (frame.after > 0) {
    moves.Add(rest.size(), frame.before + base.size(), frame.after);
    gaps.Varint(frame.after);
  }
  parts.moves = moves.Take();
  parts.gaps = gaps.Take();
  return parts;
}

/// Makes the data from the base and the parts.
class Rebuilding {
 public:
  Rebuilding(const PatchBase& base, const PatchParts& parts, uint64_t size, const PatchSink& sink)
      : base_(base),
        moves_(parts.moves),
        gaps_(parts.gaps),
        residues_(parts.residues),
        literals_(parts.literals),
        left_(size),
        sink_(sink) {}

  Status Run() {
    while (!moves_.AtEnd()) HAWSER_RETURN_IF_ERROR(NextSegment());
    HAWSER_RETURN_IF_ERROR(Literals(left_));
    const bool rest = gaps_.remaining() > 0 || !residues_.empty() || !literals_.empty();
    return rest ? DamagedPatch("it holds more than it makes") : OkStatus();
  }

 private:
  Status NextSegment() {
    HAWSER_ASSIGN_OR_RETURN(const MoveReader::Move move, moves_.Next());
    uint64_t length = move.length;
    HAWSER_RETURN_IF_ERROR(Literals(move.literals));
    at_ += static_cast<uint64_t>(move.jump);
    if (at_ > base_.size || length > base_.size - at_) return DamagedPatch("it leaves its base");
    if (length > left_) return DamagedPatch("it makes more than it says");
    left_ -= length;
    while (length > 0) {
      HAWSER_RETURN_IF_ERROR(Same(length));
      if (length > 0) HAWSER_RETURN_IF_ERROR(Residue(length));
    }
    return OkStatus();
  }

  Status Literals(uint64_t count) {
    if (count > left_ || count > literals_.size()) return DamagedPatch("bytes are missing");
    left_ -= count;
    const std::string_view bytes = literals_.substr(0, static_cast<size_t>(count));
    literals_.remove_prefix(bytes.size());
    return Emit(bytes);
  }

  /// A run of the base's bytes, of the `length` bytes left.
  Status Same(uint64_t& length) {
    uint64_t count = 0;
    gaps_.Varint(count);
    HAWSER_RETURN_IF_ERROR(gaps_.status());
    if (count > length) return DamagedPatch("a run is too long");
    length -= count;
    if (count >= kLongRun) return Copy(count);
    while (count > 0) {
      const auto size = static_cast<size_t>(std::min<uint64_t>(count, kPiece));
      if (pending_.size() + size > kPiece) HAWSER_RETURN_IF_ERROR(Flush());
      const size_t before = pending_.size();
      pending_.resize(before + size);
      HAWSER_RETURN_IF_ERROR(ReadBase(std::span(pending_).subspan(before)));
      count -= size;
    }
    return OkStatus();
  }

  Status Copy(uint64_t count) {
    HAWSER_RETURN_IF_ERROR(Flush());
    at_ += count;
    return sink_.copy(at_ - count, count);
  }

  /// A word of the base with a residue added.
  Status Residue(uint64_t& length) {
    if (residues_.size() < kWord) return DamagedPatch("residues are missing");
    if (pending_.size() + kWord > kPiece) HAWSER_RETURN_IF_ERROR(Flush());
    std::array<char, kWord> old{};
    const auto size = static_cast<size_t>(std::min<uint64_t>(length, kWord));
    HAWSER_RETURN_IF_ERROR(ReadBase(std::span(old).first(size)));
    AppendWord(WordOf({old.data(), size}) + WordOf(residues_), size, pending_);
    residues_.remove_prefix(kWord);
    length -= size;
    return OkStatus();
  }

  /// The next bytes of the base; a window of it is held, as runs are short where much differs.
  Status ReadBase(std::span<char> out) {
    if (out.size() > kWindow) {
      at_ += out.size();
      return base_.read(at_ - out.size(), out);
    }
    if (at_ < window_at_ || at_ + out.size() > window_at_ + window_.size()) {
      window_at_ = at_;
      window_.resize(static_cast<size_t>(std::min<uint64_t>(kWindow, base_.size - at_)));
      HAWSER_RETURN_IF_ERROR(base_.read(window_at_, window_));
    }
    std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(at_ - window_at_), out.size(),
                out.begin());
    at_ += out.size();
    return OkStatus();
  }

  Status Emit(std::string_view bytes) {
    if (pending_.size() + bytes.size() > kPiece) HAWSER_RETURN_IF_ERROR(Flush());
    if (bytes.size() > kPiece) return sink_.write(bytes);
    pending_ += bytes;
    return left_ == 0 && moves_.AtEnd() ? Flush() : OkStatus();
  }

  Status Flush() {
    if (pending_.empty()) return OkStatus();
    const Status status = sink_.write(pending_);
    pending_.clear();
    return status;
  }

  const PatchBase& base_;
  MoveReader moves_;
  Decoder gaps_;
  std::string_view residues_;
  std::string_view literals_;
  uint64_t left_;  ///< bytes of the result that are not made yet
  const PatchSink& sink_;
  uint64_t at_ = 0;  ///< in the base
  uint64_t window_at_ = 0;
  std::string window_;
  std::string pending_;  ///< made, and not passed on
};

Status DecodeAligned(const PatchBase& base, std::string_view patch, uint64_t max_size,
                     const PatchSink& sink) {
  uint64_t size = 0;
  HAWSER_ASSIGN_OR_RETURN(const PatchParts parts, UnpackPatch(patch, max_size, size));
  return Rebuilding(base, parts, size, sink).Run();
}

Status DecodeSpliced(const PatchBase& base, std::string_view patch, uint64_t max_size,
                     const PatchSink& sink) {
  HAWSER_ASSIGN_OR_RETURN(const Splice splice, DecodeSplice(patch, base.size));
  const uint64_t size = splice.before + splice.text.size() + splice.after;
  if (size > max_size) return DamagedPatch("it makes more than allowed");
  HAWSER_RETURN_IF_ERROR(sink.copy(0, splice.before));
  HAWSER_RETURN_IF_ERROR(sink.write(splice.text));
  return sink.copy(base.size - splice.after, splice.after);
}

}  // namespace

std::string EncodeAlignedPatch(std::string_view base, std::string_view data, PatchFrame frame) {
  return PackPatch(SplitIntoParts(base, data, frame), frame.before + data.size() + frame.after);
}

Result<std::string> EncodePatch(std::string_view base, std::string_view data) {
  if (base.size() > kMaxPatchSide || data.size() > kMaxPatchSide) {
    return InvalidArgumentError("a patch takes at most 128 MiB on either side");
  }
  if (base.size() + data.size() > kMaxPrefixed) return EncodeAlignedPatch(base, data);
  if (const auto splice = FindSplice(base, data, kMaxSpliced)) {
    return kSplice + EncodeSplice(*splice);
  }
  return CompressAfter(base, data);
}

Status DecodePatch(const PatchBase& base, std::string_view patch, uint64_t max_size,
                   const PatchSink& sink) {
  if (patch.starts_with(kAlignedPatch)) return DecodeAligned(base, patch, max_size, sink);
  if (patch.starts_with(kSplice)) return DecodeSpliced(base, patch.substr(1), max_size, sink);
  if (base.size > kMaxPatchSide) return DamagedPatch("its base is too large");
  std::string prefix(static_cast<size_t>(base.size), '\0');
  HAWSER_RETURN_IF_ERROR(base.read(0, prefix));
  HAWSER_ASSIGN_OR_RETURN(const std::string data,
                          DecompressAfter(prefix, patch, std::min(max_size, kMaxPatchSide)));
  return sink.write(data);
}

Result<std::string> DecodePatch(std::string_view base, std::string_view patch, uint64_t max_size) {
  const PatchBase reader{base.size(), [&](uint64_t offset, std::span<char> out) {
                           base.copy(out.data(), out.size(), static_cast<size_t>(offset));
                           return OkStatus();
                         }};
  std::string data;
  const PatchSink sink{.write =
                           [&](std::string_view piece) {
                             data += piece;
                             return OkStatus();
                           },
                       .copy =
                           [&](uint64_t offset, uint64_t length) {
                             data += base.substr(static_cast<size_t>(offset),
                                                 static_cast<size_t>(length));
                             return OkStatus();
                           }};
  HAWSER_RETURN_IF_ERROR(DecodePatch(reader, patch, max_size, sink));
  return data;
}

}  // namespace hawser::wire
