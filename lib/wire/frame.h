// Frames: how a stream of bytes is cut into messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::wire {

/// Bytes before the payload: u32 payload length, u8 flags, u16 message type; least significant byte
/// first.
inline constexpr size_t kFrameHeader = 7;
/// Flag: the payload is one zstd frame.
inline constexpr uint8_t kFlagCompressed = 1;
/// For AppendFrame: leave the payload as it is.
inline constexpr size_t kNeverCompress = SIZE_MAX;

/// Appends one frame to `out`. A payload longer than `compress_above` travels compressed if that
/// makes it shorter.
void AppendFrame(uint16_t type, std::string_view payload, size_t compress_above, std::string& out);

/// One frame's content, decompressed.
struct Frame {
  uint16_t type = 0;
  std::string_view payload;  ///< valid until the parser is used again
};

/// Cuts what arrives into frames. Holds no more than what arrived. Not thread-safe.
class FrameParser {
 public:
  /// At most `max_frame` bytes of a frame with its header, `max_message` bytes of a payload once
  /// decompressed.
  FrameParser(uint32_t max_frame, uint32_t max_message)
      : max_frame_(max_frame), max_message_(max_message) {}

  void Append(std::string_view bytes);
  /// The next frame, or nothing until more bytes are appended. data_loss when a length exceeds its
  /// bound, a flag is unknown or a compressed payload is damaged; the parser is then of no further
  /// use.
  Result<std::optional<Frame>> Next();
  /// True when nothing is held but what Next already returned.
  bool empty() const { return start_ == buffer_.size(); }

 private:
  Result<std::string_view> Content(uint8_t flags, std::string_view payload);

  uint32_t max_frame_;
  uint32_t max_message_;
  std::string buffer_;
  size_t start_ = 0;          ///< what lies before was returned
  std::string decompressed_;  ///< of the frame returned last
};

}  // namespace hawser::wire
