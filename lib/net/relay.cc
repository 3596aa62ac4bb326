// One thread for each direction; the one that carries up also waits out a half-open connection.
#include "lib/net/relay.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hawser::net {
namespace {

constexpr size_t kPiece = 64U << 10;

class RelayedPair {
 public:
  RelayedPair(ByteStream& local, ByteStream& remote, const RelayOptions& options)
      : local_(local), remote_(remote), options_(options) {}

  RelayResult Run() {
    {
      const std::jthread up([this] { CarryUp(); });
      CarryDown();
    }
    local_.Close();
    remote_.Close();
    return result_;
  }

 private:
  void CarryUp() {
    CopyUp();
    Set(up_done_);
  }

  void CopyUp() {
    std::array<char, kPiece> piece;
    while (true) {
      const Result<size_t> count = local_.Read(piece, kNoDeadline);
      if (!count.ok()) return remote_.Close();  // reset by its peer, or closed here
      if (*count == 0) break;
      if (!remote_.Write({piece.data(), *count}, kNoDeadline).ok()) return Drain();
      result_.up += *count;
      TellCarried();
    }
    remote_.HasHalves() ? remote_.EndWrite() : AwaitSilence();
  }

  void CarryDown() {
    const Status end = CopyDown();
    if (end.ok()) return EndDown();
    // Cancelled is our own doing: the local side left.
    if (end.code() == Code::kCancelled) {
      local_.Close();
    } else {
      result_.status = end;
      local_.Abort();
    }
    remote_.Close();
    Set(down_done_);
  }

  void EndDown() {
    local_.HasHalves() ? local_.EndWrite() : local_.Close();
    Set(down_done_);
    if (remote_.HasHalves()) return;
    remote_.Close();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, options_.drain, [this] { return up_done_; });
    local_.Close();
  }

  /// Until the remote stream ends, or local writes fail: then there is nobody to answer to.
  Status CopyDown() {
    std::array<char, kPiece> piece;
    while (true) {
      const Result<size_t> count = remote_.Read(piece, kNoDeadline);
      if (!count.ok()) return count.status();
      if (*count == 0) return OkStatus();
      if (!local_.Write({piece.data(), *count}, kNoDeadline).ok()) {
        return CancelledError("the local side is gone");
      }
      TellCarried();
      const std::lock_guard lock(mutex_);
      result_.down += *count;
      last_down_ = std::chrono::steady_clock::now();
    }
  }

  /// The local side said its last word, and the remote one can't be told: it is cut off once it has
  /// been silent for long.
  void AwaitSilence() {
    if (options_.on_half_open) options_.on_half_open();
    std::unique_lock lock(mutex_);
    last_down_ = std::max(last_down_, std::chrono::steady_clock::now());
    while (!down_done_) {
      const TimePoint limit = last_down_ + options_.patience;
      if (changed_.wait_until(lock, limit, [this] { return down_done_; })) return;
      if (last_down_ + options_.patience > limit) continue;
      lock.unlock();
      return remote_.Close();
    }
  }

  void TellCarried() const {
    if (options_.on_carried) options_.on_carried();
  }

  void Set(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }

  void Drain() {
    const Deadline end = In(options_.drain);
    std::array<char, kPiece> dropped;
    while (local_.Read(dropped, end).value_or(0) > 0) {
    }
  }

  ByteStream& local_;
  ByteStream& remote_;
  const RelayOptions& options_;
  RelayResult result_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool up_done_ = false;
  bool down_done_ = false;
  TimePoint last_down_{};
};

}  // namespace

RelayResult Relay(ByteStream& local, ByteStream& remote, const RelayOptions& options) {
  return RelayedPair(local, remote, options).Run();
}

}  // namespace hawser::net
