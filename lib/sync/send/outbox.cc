// Gathers messages so that a small batch leaves in one write.
#include "lib/sync/send/outbox.h"

#include <string>
#include <utility>

namespace hawser::sync {

namespace {

constexpr size_t kDataPiece = 128U << 10;
/// The agent works on what it has while the rest is encoded.
constexpr size_t kFlushAt = 16U << 10;
constexpr size_t kFlushMessages = 64;

}  // namespace

Status Outbox::Add(wire::Message message, size_t size) {
  messages_.push_back(std::move(message));
  size_ += size;
  return size_ < kFlushAt && messages_.size() < kFlushMessages ? OkStatus() : Flush();
}

Status Outbox::AddData(uint32_t change, std::string_view bytes, bool last) {
  do {
    const std::string_view piece = bytes.substr(0, kDataPiece);
    bytes.remove_prefix(piece.size());
    if (piece.empty() && !last) return OkStatus();
    wire::Data data{change, last && bytes.empty(), std::string(piece)};
    HAWSER_RETURN_IF_ERROR(Add(std::move(data), piece.size()));
  } while (!bytes.empty());
  return OkStatus();
}

Status Outbox::Flush() {
  if (messages_.empty()) return OkStatus();
  const Status status = channel_.SendAll(messages_, deadline_);
  messages_.clear();
  size_ = 0;
  return status;
}

}  // namespace hawser::sync
