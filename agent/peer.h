// One end of a channel with a writer thread of its own, so that a slow reader never blocks who
// sends to it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "agent/log_ring.h"
#include "lib/base/result.h"
#include "lib/wire/channel.h"

namespace hawser::agent {

/// How much a peer may lag behind before it is dropped, and how long one write may take.
struct PeerOptions {
  size_t max_waiting = 4096;  ///< messages
  size_t max_optional = 16;   ///< messages waiting, from which on optional ones are left out
  Duration write_timeout = std::chrono::seconds(30);
};

/// Queued messages go out in order; log output fills the gaps between them. One that can't be sent
/// ends the stream, and the other side is told why. All methods but Receive may be called from any
/// thread.
class Peer {
 public:
  /// `log`, when not null, must outlive the peer.
  Peer(std::unique_ptr<net::ByteStream> stream, LogRing* log, PeerOptions options = {});
  ~Peer();

  /// Waits for the next message; see wire::Channel::Receive. One thread.
  Result<wire::Message> Receive(Deadline deadline) { return channel_.Receive(deadline); }

  /// Queues a message. False when the peer is closed or lags too far behind; it is closed then.
  bool Send(wire::Message message);
  /// The same for a message that need not arrive: left out while the peer lags behind.
  void SendOptional(wire::Message message);

  /// Sends the kept output and, when asked, what follows, as LogChunks. A newer request replaces
  /// the one before.
  void SendLog(const wire::LogRequest& request);

  /// Sends what is queued, then closes. Nothing can be queued any more.
  void Finish();
  /// Closes at once.
  void Close();
  /// Finishes, and waits until everything queued was sent or `deadline` passed.
  void Flush(Deadline deadline);

  /// For a stream that is used for something else once nothing is queued any more. Closed with the
  /// peer, which must outlive its use.
  wire::Channel& channel() { return channel_; }

  std::string name() const { return channel_.Peer(); }

 private:
  struct LogCursor {
    uint64_t next = 0;
    std::optional<uint64_t> until;  ///< nothing: follows for ever
  };

  void WriteLoop();
  void TellUnsent(const Status& why);
  bool HasWork() const;
  bool LogIsDue() const;
  std::optional<wire::Message> NextLogChunk();

  wire::Channel channel_;
  LogRing* const log_;
  const PeerOptions options_;
  uint64_t subscription_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<wire::Message> waiting_;
  std::optional<LogCursor> cursor_;
  bool finishing_ = false;
  bool done_ = false;
  std::jthread writer_;
};

}  // namespace hawser::agent
