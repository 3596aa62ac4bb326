// A carried connection as a byte stream: pieces and ends in messages over a channel.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "lib/wire/channel.h"

namespace hawser::wire {

/// Its directions end one by one, and a channel that ends before both have is a broken connection:
/// half an answer never passes for a whole one. Nothing is buffered beyond one message.
class CarriedStream final : public net::ByteStream {
 public:
  /// `channel` was opened for this connection, up to CarryReply. With `last`, Close leaves it to
  /// the peer to end the channel when both directions have ended, and waits for that: a tunnel that
  /// is closed may lose what was written to it just before.
  explicit CarriedStream(std::shared_ptr<Channel> channel, bool last = false)
      : channel_(std::move(channel)), last_(last) {}

  /// unavailable when the channel ended first; data_loss for a message that has no place here.
  Result<size_t> Read(std::span<char> out, Deadline deadline) override;
  Status Write(std::string_view data, Deadline deadline) override;
  bool HasHalves() const override { return true; }
  void EndWrite() override;
  void Close() override;
  std::string Peer() const override { return channel_->Peer(); }

 private:
  const std::shared_ptr<Channel> channel_;
  const bool last_;
  std::string piece_;  ///< received; of it, what lies before taken_ was read
  size_t taken_ = 0;
  std::atomic<bool> ended_ = false;  ///< the peer sends no more
  std::atomic<bool> end_sent_ = false;
  std::atomic<bool> closed_ = false;
};

}  // namespace hawser::wire
