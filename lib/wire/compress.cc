// Compression through zstd.
#include "lib/wire/compress.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <utility>

#include "lib/base/threads.h"
#include "lib/wire/limits.h"

namespace hawser::wire {
namespace {

constexpr int kDefaultLevel = 3;
constexpr int kMinWindowLog = 10;      // zstd's own lower bound
constexpr size_t kMaxKept = 4U << 20;  ///< bytes of a context that waits for its next use
constexpr int kStreamWindowLog = std::countr_zero(kMaxStreamWindow);

/// How large streams are compressed: in pieces that know nothing of one another, which zstd does
/// faster than what it must look back for in another buffer; the larger tables make up for it.
/// Measured over 80 MB of sources in lib/sync/DESIGN.md.
struct PieceParameter {
  ZSTD_cParameter parameter;
  int value;
};
constexpr std::array<PieceParameter, 5> kPieces = {{{ZSTD_c_jobSize, 4 << 20},
                                                    {ZSTD_c_overlapLog, 1},
                                                    {ZSTD_c_windowLog, 22},
                                                    {ZSTD_c_hashLog, 18},
                                                    {ZSTD_c_chainLog, 16}}};
constexpr int kMaxWorkers = 2;

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

/// A thread's context for whole frames, with nothing set. Making one costs more than a small file.
CompressContext& FrameCompressContext() {
  thread_local CompressContext context;
  if (context == nullptr || ZSTD_sizeof_CCtx(context.get()) > kMaxKept) {
    context.reset(Must(ZSTD_createCCtx()));
  }
  Must(ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_and_parameters));
  return context;
}

DecompressContext& FrameDecompressContext() {
  thread_local DecompressContext context(Must(ZSTD_createDCtx()));
  Must(ZSTD_DCtx_reset(context.get(), ZSTD_reset_session_and_parameters));
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
  ZSTD_CCtx* context = FrameCompressContext().get();
  Set(context, ZSTD_c_compressionLevel, level);
  return CompressWith(context, data);
}

Result<std::string> Decompress(std::string_view frame, uint64_t max_size) {
  return DecompressWith(FrameDecompressContext().get(), frame, max_size);
}

std::string CompressAfter(std::string_view prefix, std::string_view data) {
  ZSTD_CCtx* context = FrameCompressContext().get();
  Set(context, ZSTD_c_compressionLevel, kDefaultLevel);
  const uint64_t span = prefix.size() + data.size();
  Set(context, ZSTD_c_windowLog, std::max(kMinWindowLog, static_cast<int>(std::bit_width(span))));
  Must(ZSTD_CCtx_refPrefix(context, prefix.data(), prefix.size()));
  return CompressWith(context, data);
}

Result<std::string> DecompressAfter(std::string_view prefix, std::string_view frame,
                                    uint64_t max_size) {
  ZSTD_DCtx* context = FrameDecompressContext().get();
  Must(ZSTD_DCtx_refPrefix(context, prefix.data(), prefix.size()));
  return DecompressWith(context, frame, max_size);
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
  if (level > kDefaultLevel) Set(state_->context.get(), ZSTD_c_windowLog, kStreamWindowLog);
}

StreamCompressor::~StreamCompressor() = default;

void StreamCompressor::CompressBeside() {
  ZSTD_CCtx* context = state_->context.get();
  const int workers = static_cast<int>(ThreadsFor(kMaxWorkers, 1));
  // A zstd without threads refuses, and goes on as before.
  if (ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, workers)) != 0) return;
  for (const PieceParameter& each : kPieces) Set(context, each.parameter, each.value);
}

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
