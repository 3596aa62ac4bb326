// Compression and deltas through zstd.
#include "lib/wire/compress.h"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>

#include "lib/wire/limits.h"

namespace hawser::wire {
namespace {

constexpr int kPatchLevel = 3;
constexpr uint64_t kLongDistanceFrom = 1U << 20;  // below, the match tables reach everything anyway
constexpr int kMinWindowLog = 10;                 // zstd's own lower bound
constexpr int kStreamWindowLog = std::countr_zero(kMaxStreamWindow);

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using CompressContext = std::unique_ptr<ZSTD_CCtx, FreeContext>;
using DecompressContext = std::unique_ptr<ZSTD_DCtx, FreeContext>;

/// Memory ran out, or a constant of ours is wrong: nothing can go on.
template <typename T>
T Must(T value) {
  if constexpr (std::is_pointer_v<T>) {
    if (value == nullptr) std::abort();
  } else {
    if (ZSTD_isError(value) != 0) std::abort();
  }
  return value;
}

void Set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
  Must(ZSTD_CCtx_setParameter(context, parameter, value));
}

CompressContext NewCompressContext(int level) {
  CompressContext context(Must(ZSTD_createCCtx()));
  Set(context.get(), ZSTD_c_compressionLevel, level);
  return context;
}

std::string CompressWith(ZSTD_CCtx* context, std::string_view data) {
  std::string frame(ZSTD_compressBound(data.size()), '\0');
  frame.resize(Must(ZSTD_compress2(context, frame.data(), frame.size(), data.data(), data.size())));
  return frame;
}

Status Damaged(std::string_view why) {
  return DataLossError("compressed content is damaged: " + std::string(why));
}

/// Checks that `frame` is exactly one frame that says its content's size; the size, within
/// `max_size`.
Result<size_t> ContentSize(std::string_view frame, uint64_t max_size) {
  const size_t length = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  if (ZSTD_isError(length) != 0) return Damaged(ZSTD_getErrorName(length));
  if (length != frame.size()) return Damaged("bytes follow its end");
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
    return Damaged("its size is not given");
  if (size > max_size)
    return Damaged("it holds more than the " + std::to_string(max_size) + " bytes allowed");
  return static_cast<size_t>(size);
}

Result<std::string> DecompressWith(ZSTD_DCtx* context, std::string_view frame, uint64_t max_size) {
  HAWSER_ASSIGN_OR_RETURN(const size_t size, ContentSize(frame, max_size));
  std::string data(size, '\0');
  const size_t made =
      ZSTD_decompressDCtx(context, data.data(), data.size(), frame.data(), frame.size());
  if (ZSTD_isError(made) != 0) return Damaged(ZSTD_getErrorName(made));
  if (made != size) return Damaged("it is shorter than it says");
  return data;
}

}  // namespace

std::string Compress(std::string_view data, int level) {
  return CompressWith(NewCompressContext(level).get(), data);
}

Result<std::string> Decompress(std::string_view frame, uint64_t max_size) {
  const DecompressContext context(Must(ZSTD_createDCtx()));
  return DecompressWith(context.get(), frame, max_size);
}

Result<std::string> EncodePatch(std::string_view base, std::string_view data) {
  if (base.size() > kMaxPatchSide || data.size() > kMaxPatchSide) {
    return InvalidArgumentError("a patch takes at most 128 MiB on either side");
  }
  const CompressContext context = NewCompressContext(kPatchLevel);
  const uint64_t span = base.size() + data.size();
  Set(context.get(), ZSTD_c_windowLog,
      std::max(kMinWindowLog, static_cast<int>(std::bit_width(span))));
  Set(context.get(), ZSTD_c_enableLongDistanceMatching, span >= kLongDistanceFrom ? 1 : 0);
  Must(ZSTD_CCtx_refPrefix(context.get(), base.data(), base.size()));
  return CompressWith(context.get(), data);
}

Result<std::string> DecodePatch(std::string_view base, std::string_view patch, uint64_t max_size) {
  const DecompressContext context(Must(ZSTD_createDCtx()));
  Must(ZSTD_DCtx_refPrefix(context.get(), base.data(), base.size()));
  return DecompressWith(context.get(), patch, max_size);
}

struct StreamCompressor::State {
  Sink sink;
  CompressContext context;
  std::string buffer = std::string(ZSTD_CStreamOutSize(), '\0');

  Status Run(std::string_view data, ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{data.data(), data.size(), 0};
    size_t left = 0;
    do {
      ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
      left = Must(ZSTD_compressStream2(context.get(), &out, &in, directive));
      if (out.pos > 0) HAWSER_RETURN_IF_ERROR(sink({buffer.data(), out.pos}));
    } while (in.pos < in.size || (directive == ZSTD_e_end && left > 0));
    return OkStatus();
  }
};

StreamCompressor::StreamCompressor(Sink sink, int level)
    : state_(std::make_unique<State>(State{std::move(sink), NewCompressContext(level)})) {
  // High levels would choose a larger window than the other side is bound to keep.
  if (level > kPatchLevel) Set(state_->context.get(), ZSTD_c_windowLog, kStreamWindowLog);
}

StreamCompressor::~StreamCompressor() = default;

Status StreamCompressor::Write(std::string_view data) {
  return state_->Run(data, ZSTD_e_continue);
}

Status StreamCompressor::Finish() {
  return state_->Run({}, ZSTD_e_end);
}

struct StreamDecompressor::State {
  Sink sink;
  uint64_t room;
  DecompressContext context = DecompressContext(Must(ZSTD_createDCtx()));
  std::string buffer = std::string(ZSTD_DStreamOutSize(), '\0');
  bool ended = false;

  Status Emit(size_t count) {
    if (count > room) return Damaged("it holds more than allowed");
    room -= count;
    return count == 0 ? OkStatus() : sink({buffer.data(), count});
  }
};

StreamDecompressor::StreamDecompressor(Sink sink, uint64_t max_size)
    : state_(std::make_unique<State>(State{std::move(sink), max_size})) {
  Must(ZSTD_DCtx_setParameter(state_->context.get(), ZSTD_d_windowLogMax, kStreamWindowLog));
}

StreamDecompressor::~StreamDecompressor() = default;

Status StreamDecompressor::Write(std::string_view data) {
  ZSTD_inBuffer in{data.data(), data.size(), 0};
  bool more = !data.empty();
  while (more) {
    if (state_->ended) return Damaged("bytes follow its end");
    ZSTD_outBuffer out{state_->buffer.data(), state_->buffer.size(), 0};
    const size_t left = ZSTD_decompressStream(state_->context.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return Damaged(ZSTD_getErrorName(left));
    HAWSER_RETURN_IF_ERROR(state_->Emit(out.pos));
    state_->ended = left == 0;
    // A full buffer may mean that more output waits, though all input was taken.
    more = in.pos < in.size || (!state_->ended && out.pos == out.size);
  }
  return OkStatus();
}

Status StreamDecompressor::Finish() {
  return state_->ended ? OkStatus() : Damaged("it stops in the middle");
}

}  // namespace hawser::wire
