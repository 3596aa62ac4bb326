// Frames: header, optional compression, and the incremental parser with its bounds.
#include "lib/wire/frame.h"

#include <string>

#include "lib/wire/compress.h"

namespace hawser::wire {
namespace {

void AppendNumber(uint32_t value, size_t size, std::string& out) {
  for (size_t i = 0; i < size; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
}

uint32_t ReadNumber(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

void AppendRaw(uint16_t type, uint8_t flags, std::string_view payload, std::string& out) {
  AppendNumber(static_cast<uint32_t>(payload.size()), 4, out);
  AppendNumber(flags, 1, out);
  AppendNumber(type, 2, out);
  out += payload;
}

}  // namespace

void AppendFrame(uint16_t type, std::string_view payload, size_t compress_above, std::string& out) {
  if (payload.size() > compress_above) {
    const std::string shorter = Compress(payload);
    if (shorter.size() < payload.size()) return AppendRaw(type, kFlagCompressed, shorter, out);
  }
  AppendRaw(type, 0, payload, out);
}

void FrameParser::Append(std::string_view bytes) {
  buffer_.erase(0, start_);
  start_ = 0;
  buffer_ += bytes;
}

Result<std::optional<Frame>> FrameParser::Next() {
  const std::string_view held = std::string_view(buffer_).substr(start_);
  if (held.size() < kFrameHeader) return std::optional<Frame>();
  const uint32_t length = ReadNumber(held.substr(0, 4));
  if (length > max_frame_ - kFrameHeader) {
    return DataLossError("a frame announces " + std::to_string(length) + " bytes; at most " +
                         std::to_string(max_frame_ - kFrameHeader) + " are allowed");
  }
  if (held.size() - kFrameHeader < length) return std::optional<Frame>();
  HAWSER_ASSIGN_OR_RETURN(
      const std::string_view payload,
      Content(static_cast<uint8_t>(held[4]), held.substr(kFrameHeader, length)));
  start_ += kFrameHeader + length;
  return std::optional<Frame>(Frame{static_cast<uint16_t>(ReadNumber(held.substr(5, 2))), payload});
}

Result<std::string_view> FrameParser::Content(uint8_t flags, std::string_view payload) {
  if ((flags & ~kFlagCompressed) != 0) return DataLossError("a frame has unknown flags");
  if ((flags & kFlagCompressed) != 0) {
    HAWSER_ASSIGN_OR_RETURN(decompressed_, Decompress(payload, max_message_));
    return std::string_view(decompressed_);
  }
  if (payload.size() > max_message_) return DataLossError("a message exceeds its bound");
  return payload;
}

}  // namespace hawser::wire
