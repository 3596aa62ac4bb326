// Compression: the one place that knows zstd.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::wire {

/// Compresses `data` into one zstd frame.
std::string Compress(std::string_view data, int level = 3);

/// Undoes Compress. data_loss when the frame is damaged or holds more than `max_size` bytes.
Result<std::string> Decompress(std::string_view frame, uint64_t max_size);

/// Compresses `data` into one zstd frame with `prefix` as what came before it
/// (ZSTD_CCtx_refPrefix). For small content: the match tables reach 256 KiB.
std::string CompressAfter(std::string_view prefix, std::string_view data);

/// Undoes CompressAfter. data_loss as Decompress.
Result<std::string> DecompressAfter(std::string_view prefix, std::string_view frame,
                                    uint64_t max_size);

/// Compresses a stream piece by piece with bounded memory; pieces of output go to the sink as they
/// are made.
class StreamCompressor {
 public:
  using Sink = std::function<Status(std::string_view)>;
  explicit StreamCompressor(Sink sink, int level = 3);
  /// From now on compresses on threads of its own while the caller makes more; for content of
  /// megabytes, some of which each of them holds. Before the first Write.
  void CompressBeside();
  ~StreamCompressor();
  Status Write(std::string_view data);
  Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Undoes StreamCompressor; `max_size` bounds the whole output.
class StreamDecompressor {
 public:
  using Sink = std::function<Status(std::string_view)>;
  StreamDecompressor(Sink sink, uint64_t max_size);
  ~StreamDecompressor();
  /// data_loss when the input is damaged or the output exceeds its bound; a failure of the sink is
  /// passed on.
  Status Write(std::string_view data);
  /// data_loss when the input stopped in the middle of a frame.
  Status Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hawser::wire
