// Messages over a byte stream: framed, bounded, validated.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/net/stream.h"
#include "lib/wire/messages.h"

namespace hawser::wire {

/// Limits of one channel, both ways.
struct ChannelOptions {
  uint32_t max_frame = 4U << 20;     ///< bytes of one frame as sent
  uint32_t max_message = 16U << 20;  ///< bytes of one message once decompressed
  uint32_t compress_above =
      1024;  ///< control messages longer than this are compressed; Data and StreamPiece never are
};

/// Sends and receives messages. One thread receives; any number of threads send (a message is never
/// torn). Any malformed, oversized or invalid message is data_loss: the caller closes the channel
/// and logs it, nothing else.
class Channel {
 public:
  explicit Channel(std::unique_ptr<net::ByteStream> stream, ChannelOptions options = {});
  ~Channel();

  /// The next message whose type this version knows (unknown types are skipped: newer peers may
  /// send them). unavailable at the end of the stream; deadline_exceeded when no whole message came
  /// (the channel stays usable).
  Result<Message> Receive(Deadline deadline);

  /// invalid_argument when the message is invalid or too large (nothing left; the channel stays
  /// usable). Any other failure is the stream's, and closes it: part of a frame may have left.
  Status Send(const Message& message, Deadline deadline);

  /// Sends several messages in as few writes as possible: one TLS record train for one save.
  /// Failures as Send; those before a message that is invalid or too large have left.
  Status SendAll(const std::vector<Message>& messages, Deadline deadline);

  void Close();
  std::string Peer() const;

  uint64_t bytes_sent() const { return bytes_sent_; }
  uint64_t bytes_received() const { return bytes_received_; }

 private:
  class Reader;

  /// Encodes `message` and appends its frame to `out`, or leaves `out` as it was.
  Status Append(const Message& message, std::string& out) const;
  /// Writes `bytes` and empties them. The caller holds send_mutex_.
  Status Flush(std::string& bytes, Deadline deadline);

  std::unique_ptr<net::ByteStream> stream_;
  ChannelOptions options_;
  std::unique_ptr<Reader> reader_;
  std::mutex send_mutex_;
  std::atomic<uint64_t> bytes_sent_ = 0;
  std::atomic<uint64_t> bytes_received_ = 0;
};

}  // namespace hawser::wire
