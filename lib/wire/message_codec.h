// Messages to bytes and back: the payload of a frame, without its header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/wire/messages.h"

namespace hawser::wire {

/// The number that names a message's type in its frame (table in PROTOCOL.md).
uint16_t TypeOf(const Message& message);

/// The message's bytes. invalid_argument when it is not valid (Validate) or exceeds a bound
/// (limits.h).
Result<std::string> EncodeMessage(const Message& message);

/// The message in `payload`, validated; nothing when this version does not know `type`. data_loss
/// when the bytes do not decode to exactly one valid message of that type.
Result<std::optional<Message>> DecodeMessage(uint16_t type, std::string_view payload);

}  // namespace hawser::wire
