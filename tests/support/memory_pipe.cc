// A connected pair of in-memory byte streams: two bounded buffers, each with its lock and signal.
#include "tests/support/memory_pipe.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

namespace hawser::testing {
namespace {

/// Bytes travelling in one direction.
class Buffer {
 public:
  explicit Buffer(size_t capacity) : capacity_(capacity) {}

  Result<size_t> Read(std::span<char> out, Deadline deadline) {
    std::unique_lock lock(mutex_);
    if (!Wait(lock, deadline, [&] { return reader_gone_ || writer_gone_ || !bytes_.empty(); })) {
      return DeadlineExceededError("no bytes came through the pipe in time");
    }
    if (reader_gone_) return CancelledError("the pipe was closed here");
    const size_t count = std::min(out.size(), bytes_.size());
    std::copy_n(bytes_.begin(), count, out.begin());
    bytes_.erase(0, count);
    changed_.notify_all();
    return count;
  }

  Status Write(std::string_view data, Deadline deadline) {
    std::unique_lock lock(mutex_);
    while (!data.empty()) {
      if (!Wait(lock, deadline,
                [&] { return reader_gone_ || writer_gone_ || bytes_.size() < capacity_; })) {
        return DeadlineExceededError("the pipe stayed full");
      }
      if (writer_gone_) return CancelledError("the pipe was closed here");
      if (reader_gone_) return UnavailableError("the pipe was closed by the peer");
      const size_t count = std::min(data.size(), capacity_ - bytes_.size());
      bytes_.append(data.substr(0, count));
      data.remove_prefix(count);
      changed_.notify_all();
    }
    return OkStatus();
  }

  void CloseReader() { Set(reader_gone_); }
  void CloseWriter() { Set(writer_gone_); }

 private:
  template <typename Condition>
  bool Wait(std::unique_lock<std::mutex>& lock, Deadline deadline, Condition ready) {
    if (deadline == kNoDeadline) {
      changed_.wait(lock, ready);
      return true;
    }
    return changed_.wait_until(lock, deadline, ready);
  }

  void Set(bool& flag) {
    const std::lock_guard lock(mutex_);
    flag = true;
    changed_.notify_all();
  }

  const size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  bool reader_gone_ = false;
  bool writer_gone_ = false;
};

class MemoryStream final : public net::ByteStream {
 public:
  MemoryStream(std::shared_ptr<Buffer> incoming, std::shared_ptr<Buffer> outgoing)
      : incoming_(std::move(incoming)), outgoing_(std::move(outgoing)) {}
  ~MemoryStream() override { CloseBoth(); }

  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    return incoming_->Read(out, deadline);
  }
  Status Write(std::string_view data, Deadline deadline) override {
    return outgoing_->Write(data, deadline);
  }
  void Close() override { CloseBoth(); }
  std::string Peer() const override { return "memory pipe"; }

 private:
  void CloseBoth() {
    incoming_->CloseReader();
    outgoing_->CloseWriter();
  }

  std::shared_ptr<Buffer> incoming_;
  std::shared_ptr<Buffer> outgoing_;
};

}  // namespace

StreamPair MakeMemoryPipe(size_t capacity) {
  auto forth = std::make_shared<Buffer>(capacity);
  auto back = std::make_shared<Buffer>(capacity);
  return {std::make_unique<MemoryStream>(back, forth), std::make_unique<MemoryStream>(forth, back)};
}

}  // namespace hawser::testing
