// Carries bytes both ways between two streams until both are done.
#pragma once

#include <cstdint>
#include <functional>

#include "lib/net/stream.h"

namespace hawser::net {

struct RelayOptions {
  /// How long the remote side may be silent after the local one said that it sends no more, where
  /// that can't be passed on.
  Duration patience = std::chrono::seconds(30);
  /// How long the local side may go on sending after the remote one ended as a whole, so that it
  /// reads the last bytes instead of a reset.
  Duration drain = std::chrono::seconds(2);
  /// Called once, on another thread, when that waiting begins; may be empty.
  std::function<void()> on_half_open;
  /// Called for each piece that was carried, on either direction's thread; may be empty.
  std::function<void()> on_carried;
};

/// What was carried, and how the remote side ended.
struct RelayResult {
  uint64_t up = 0;    ///< bytes from local to remote
  uint64_t down = 0;  ///< bytes from remote to local
  /// ok when either side ended the connection; else why the remote stream broke.
  Status status;
};

/// Relays until both directions have ended, then both streams are closed. The end of one direction
/// is passed on where the other stream has halves. Where the remote one has none, its answer is
/// still carried while it comes; and when it ends, it ends as a whole: what the local side still
/// sends is dropped. When the remote stream breaks, the local one is aborted. At most 64 KiB are
/// held in each direction: a side that does not read stops the other. Blocks; closing or aborting
/// either stream from another thread ends it.
RelayResult Relay(ByteStream& local, ByteStream& remote, const RelayOptions& options = {});

}  // namespace hawser::net
