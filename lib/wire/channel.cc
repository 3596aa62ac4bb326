// Messages over a byte stream: the reader keeps partial frames across deadlines, the sender fills
// one write.
#include "lib/wire/channel.h"

#include <array>
#include <optional>
#include <utility>

#include "lib/wire/frame.h"
#include "lib/wire/message_codec.h"

namespace hawser::wire {
namespace {

constexpr size_t kReadPiece = 64U << 10;
constexpr size_t kWritePiece = 64U << 10;

std::string TypeText(const Message& message) {
  return "type " + std::to_string(TypeOf(message));
}

}  // namespace

/// What has arrived and is not yet a whole message.
class Channel::Reader {
 public:
  Reader(net::ByteStream& stream, const ChannelOptions& options)
      : stream_(stream), parser_(options.max_frame, options.max_message) {}

  /// The next known message among the bytes held, or nothing.
  Result<std::optional<Message>> Next() {
    while (true) {
      HAWSER_ASSIGN_OR_RETURN(const std::optional<Frame> frame, parser_.Next());
      if (!frame.has_value()) return std::optional<Message>();
      HAWSER_ASSIGN_OR_RETURN(std::optional<Message> message,
                              DecodeMessage(frame->type, frame->payload));
      if (message.has_value()) return message;
    }
  }

  /// Waits for more bytes; returns how many came.
  Result<size_t> Fill(Deadline deadline) {
    HAWSER_ASSIGN_OR_RETURN(const size_t count, stream_.Read(piece_, deadline));
    if (count == 0) {
      return UnavailableError(parser_.empty() ? "the peer ended the stream"
                                              : "the peer ended the stream inside a message");
    }
    parser_.Append({piece_.data(), count});
    return count;
  }

 private:
  net::ByteStream& stream_;
  FrameParser parser_;
  std::array<char, kReadPiece> piece_;
};

Channel::Channel(std::unique_ptr<net::ByteStream> stream, ChannelOptions options)
    : stream_(std::move(stream)),
      options_(options),
      reader_(std::make_unique<Reader>(*stream_, options_)) {}

Channel::~Channel() {
  Close();
}

Result<Message> Channel::Receive(Deadline deadline) {
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(std::optional<Message> message, reader_->Next());
    if (message.has_value()) return std::move(*message);
    HAWSER_ASSIGN_OR_RETURN(const size_t count, reader_->Fill(deadline));
    bytes_received_ += count;
  }
}

Status Channel::Append(const Message& message, std::string& out) const {
  const Result<std::string> encoded = EncodeMessage(message);
  if (!encoded.ok()) return encoded.status().Annotate(TypeText(message));
  const std::string& payload = *encoded;
  if (payload.size() > options_.max_message) {
    return InvalidArgumentError("a message is too large to be sent").Annotate(TypeText(message));
  }
  const size_t before = out.size();
  const bool is_content =
      std::holds_alternative<Data>(message) || std::holds_alternative<StreamPiece>(message);
  AppendFrame(TypeOf(message), payload, is_content ? kNeverCompress : options_.compress_above, out);
  if (out.size() - before <= options_.max_frame) return OkStatus();
  out.resize(before);
  return InvalidArgumentError("a message is too large to be sent in one frame")
      .Annotate(TypeText(message));
}

Status Channel::Flush(std::string& bytes, Deadline deadline) {
  const Status written = stream_->Write(bytes, deadline);
  if (written.ok()) {
    bytes_sent_ += bytes.size();
  } else {
    stream_->Close();  // part of a frame may have left: nothing can follow it
  }
  bytes.clear();
  return written;
}

Status Channel::Send(const Message& message, Deadline deadline) {
  std::string bytes;
  HAWSER_RETURN_IF_ERROR(Append(message, bytes));
  const std::lock_guard lock(send_mutex_);
  return Flush(bytes, deadline);
}

Status Channel::SendAll(const std::vector<Message>& messages, Deadline deadline) {
  std::string bytes;
  Status appended;
  const std::lock_guard lock(send_mutex_);
  for (const Message& message : messages) {
    appended = Append(message, bytes);
    if (!appended.ok()) break;
    if (bytes.size() >= kWritePiece) HAWSER_RETURN_IF_ERROR(Flush(bytes, deadline));
  }
  if (!bytes.empty()) HAWSER_RETURN_IF_ERROR(Flush(bytes, deadline));
  return appended;
}

void Channel::Close() {
  stream_->Close();
}

std::string Channel::Peer() const {
  return stream_->Peer();
}

}  // namespace hawser::wire
