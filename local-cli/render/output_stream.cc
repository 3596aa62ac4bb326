// One write for each flush; the first that finds nobody reading is the last.
#include "local-cli/render/output_stream.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <string_view>
#include <utility>

namespace hawser::cli {

namespace {

/// So much is written although nobody flushed.
constexpr size_t kMostGathered = 64U << 10;

/// Writes all of it; 0, or why it could not be.
int WriteOut(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno == EAGAIN) {
      // Someone who shares the terminal or pipe made it so that writes do not wait.
      pollfd waiting{fd, POLLOUT, 0};
      ::poll(&waiting, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

OutputBuffer::OutputBuffer(int fd, std::function<void()> unread)
    : fd_(fd), unread_(std::move(unread)) {}

OutputBuffer::~OutputBuffer() {
  OutputBuffer::sync();
}

bool OutputBuffer::unread() const {
  const std::lock_guard lock(mutex_);
  return is_unread_;
}

OutputBuffer::int_type OutputBuffer::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  const char one = traits_type::to_char_type(byte);
  return xsputn(&one, 1) == 1 ? byte : traits_type::eof();
}

std::streamsize OutputBuffer::xsputn(const char* bytes, std::streamsize count) {
  {
    const std::lock_guard lock(mutex_);
    gathered_.append(bytes, static_cast<size_t>(count));
    if (gathered_.size() < kMostGathered) return count;
  }
  return sync() == 0 ? count : 0;
}

int OutputBuffer::sync() {
  bool tell = false;
  int failure = 0;
  {
    const std::lock_guard lock(mutex_);
    failure = is_unread_ ? EPIPE : WriteOut(fd_, std::exchange(gathered_, {}));
    gathered_.clear();
    tell = failure == EPIPE && !std::exchange(is_unread_, true);
  }
  if (tell && unread_) unread_();
  return failure == 0 ? 0 : -1;
}

}  // namespace hawser::cli
