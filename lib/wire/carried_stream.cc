// Bytes cut into messages, and put together again.
#include "lib/wire/carried_stream.h"

#include <algorithm>
#include <utility>

#include "lib/wire/limits.h"

namespace hawser::wire {

namespace {

/// For the last word of a direction, when the peer does not read.
constexpr Duration kEndPatience = std::chrono::seconds(10);
/// For the peer's end of the channel.
constexpr Duration kLastPatience = std::chrono::seconds(2);

}  // namespace

Result<size_t> CarriedStream::Read(std::span<char> out, Deadline deadline) {
  while (taken_ == piece_.size()) {
    if (ended_) return size_t{0};
    Result<Message> message = channel_->Receive(deadline);
    if (closed_) return CancelledError("the connection was closed here");
    if (!message.ok()) return message.status();
    if (auto* piece = std::get_if<StreamPiece>(&*message)) {
      piece_ = std::move(piece->bytes);
      taken_ = 0;
    } else if (std::holds_alternative<StreamEnd>(*message)) {
      ended_ = true;
    } else {
      return DataLossError("a message came that a carried connection has no place for");
    }
  }
  const size_t count = std::min(out.size(), piece_.size() - taken_);
  std::copy_n(piece_.data() + taken_, count, out.data());
  taken_ += count;
  return count;
}

Status CarriedStream::Write(std::string_view data, Deadline deadline) {
  while (!data.empty()) {
    const std::string_view piece = data.substr(0, kMaxStreamPiece);
    HAWSER_RETURN_IF_ERROR(channel_->Send(StreamPiece{.bytes = std::string(piece)}, deadline));
    data.remove_prefix(piece.size());
  }
  return OkStatus();
}

void CarriedStream::EndWrite() {
  end_sent_ = channel_->Send(StreamEnd{}, In(kEndPatience)).ok();  // else Read sees the failure
}

void CarriedStream::Close() {
  const bool first = !closed_.exchange(true);
  if (first && last_ && ended_ && end_sent_) (void)channel_->Receive(In(kLastPatience));
  channel_->Close();
}

}  // namespace hawser::wire
