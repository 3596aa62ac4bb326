// The records of the agent's state file: how a step between states is written, and read again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/sync/stage/agent_state.h"

namespace hawser::sync {

/// What a state file begins with. The digit is the format's version.
inline constexpr std::string_view kStateMagic = "HAWSER-2";
/// Edits in one record; a longer step takes several, so that neither side holds it whole.
inline constexpr size_t kEditsPerRecord = 1000;

/// A step, or a piece of one.
struct StateRecord {
  StateDelta delta;
  bool commits = false;  ///< the step's last record; without it, those before count for nothing
  Digest tree;           ///< of the tree that the step leads to; only where it commits
  bool operator==(const StateRecord&) const = default;
};

/// One frame of the file: length of the payload (4 bytes, little-endian), check, payload. The check
/// is the SHA-256 of the check before and the payload, so that no frame can be left out or moved;
/// the first follows the zero digest. Advances `check`. invalid_argument when a path or list is
/// longer than the format allows.
Result<std::string> EncodeRecord(const StateRecord& record, Digest& check);

/// Bytes of a frame before its payload.
inline constexpr size_t kFrameHead = 4 + Digest::kSize;

/// What the head of a frame says about its payload, in bytes. It may say anything.
size_t PayloadLength(std::string_view head);

/// A frame found at the start of some bytes.
struct StateFrame {
  std::string_view payload;
  Digest check;
  size_t size = 0;  ///< with its head
};

/// The frame that `bytes` begin with, `check` being that of the frame before. Nothing when it is
/// not whole yet; data_loss when it is damaged.
Result<std::optional<StateFrame>> FindFrame(std::string_view bytes, const Digest& check);

/// data_loss when the payload is not a valid record.
Result<StateRecord> DecodeRecord(std::string_view payload);

}  // namespace hawser::sync
