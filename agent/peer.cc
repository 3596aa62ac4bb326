// The writer thread of a Peer.
#include "agent/peer.h"

#include <iterator>
#include <utility>
#include <vector>

#include "lib/base/log.h"

namespace hawser::agent {
namespace {

constexpr size_t kLogPiece = size_t{64} << 10;

}  // namespace

Peer::Peer(std::unique_ptr<net::ByteStream> stream, LogRing* log, PeerOptions options)
    : channel_(std::move(stream)), log_(log), options_(options) {
  if (log_ != nullptr) {
    subscription_ = log_->Subscribe([this] {
      const std::lock_guard lock(mutex_);
      if (cursor_) changed_.notify_all();
    });
  }
  writer_ = std::jthread([this] { WriteLoop(); });
}

Peer::~Peer() {
  if (log_ != nullptr) log_->Unsubscribe(subscription_);
  Close();
}

bool Peer::Send(wire::Message message) {
  std::unique_lock lock(mutex_);
  if (finishing_) return false;
  if (waiting_.size() >= options_.max_waiting) {
    lock.unlock();
    Close();
    return false;
  }
  waiting_.push_back(std::move(message));
  changed_.notify_all();
  return true;
}

void Peer::SendOptional(wire::Message message) {
  const std::lock_guard lock(mutex_);
  if (finishing_ || waiting_.size() >= options_.max_optional) return;
  waiting_.push_back(std::move(message));
  changed_.notify_all();
}

void Peer::SendLog(const wire::LogRequest& request) {
  if (log_ == nullptr) return;
  const uint64_t start = log_->Find(request.from).value_or(log_->TailStart(request.tail_bytes));
  const std::lock_guard lock(mutex_);
  cursor_ = LogCursor{.next = start};
  if (!request.follow) cursor_->until = log_->end();
  changed_.notify_all();
}

void Peer::Finish() {
  const std::lock_guard lock(mutex_);
  finishing_ = true;
  cursor_.reset();
  changed_.notify_all();
}

void Peer::Close() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
    waiting_.clear();
    cursor_.reset();
    changed_.notify_all();
  }
  channel_.Close();
}

void Peer::Flush(Deadline deadline) {
  Finish();
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [this] { return done_; });
}

bool Peer::LogIsDue() const {
  return cursor_ && (cursor_->until || log_->end() > cursor_->next);
}

bool Peer::HasWork() const {
  return finishing_ || !waiting_.empty() || LogIsDue();
}

void Peer::WriteLoop() {
  Status status;
  std::unique_lock lock(mutex_);
  while (status.ok()) {
    changed_.wait(lock, [this] { return HasWork(); });
    if (!waiting_.empty()) {
      const std::vector<wire::Message> batch(std::make_move_iterator(waiting_.begin()),
                                             std::make_move_iterator(waiting_.end()));
      waiting_.clear();
      lock.unlock();
      status = channel_.SendAll(batch, In(options_.write_timeout));
      lock.lock();
    } else if (finishing_) {
      break;
    } else {
      lock.unlock();
      if (const std::optional<wire::Message> chunk = NextLogChunk()) {
        status = channel_.Send(*chunk, In(options_.write_timeout));
      }
      lock.lock();
    }
  }
  finishing_ = true;
  lock.unlock();
  if (status.code() == Code::kInvalidArgument) TellUnsent(status);
  lock.lock();
  done_ = true;
  changed_.notify_all();
  lock.unlock();
  channel_.Close();
}

/// The stream is as good as before. But what comes after a message that is left out could be taken
/// for what it is not, and who waits for its answer would wait for ever: both sides begin anew.
void Peer::TellUnsent(const Status& why) {
  log::Error("Ends a stream over a message that can't be sent",
             {{"peer", name()}, {"error", why.message()}});
  const wire::Reject reject{.reason = wire::RejectReason::kProtocol,
                            .message = "a message could not be sent: " + why.message()};
  static_cast<void>(channel_.Send(reject, In(options_.write_timeout)));
}

std::optional<wire::Message> Peer::NextLogChunk() {
  std::unique_lock lock(mutex_);
  if (!cursor_) return std::nullopt;
  const LogCursor before = *cursor_;
  lock.unlock();
  size_t room = kLogPiece;
  if (before.until)
    room = std::min<uint64_t>(room, *before.until - std::min(*before.until, before.next));
  LogRing::Piece piece = log_->Read(before.next, room);
  wire::LogChunk chunk{.bytes = std::move(piece.bytes), .at = piece.at};
  chunk.last = before.until && piece.next >= *before.until;
  lock.lock();
  if (!cursor_ || cursor_->next != before.next || cursor_->until != before.until)
    return std::nullopt;
  cursor_->next = piece.next;
  if (chunk.last) cursor_.reset();
  return chunk;
}

}  // namespace hawser::agent
