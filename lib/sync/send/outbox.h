// Gathers messages so that a small batch leaves in one write.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lib/wire/channel.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// What is added leaves when there is enough of it, and with Flush. Failures are the channel's. One
/// thread.
class Outbox {
 public:
  /// `channel` must outlive the outbox.
  Outbox(wire::Channel& channel, Deadline deadline) : channel_(channel), deadline_(deadline) {}

  /// `size` is about how many bytes it takes.
  Status Add(wire::Message message, size_t size);
  /// The pieces of one Data stream.
  Status AddData(uint32_t change, std::string_view bytes, bool last);
  Status Flush();

 private:
  wire::Channel& channel_;
  const Deadline deadline_;
  std::vector<wire::Message> messages_;
  size_t size_ = 0;
};

}  // namespace hawser::sync
