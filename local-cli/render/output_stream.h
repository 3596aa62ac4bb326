// Standard output as a stream that tells when nobody reads it any more.
#pragma once

#include <functional>
#include <mutex>
#include <ostream>
#include <streambuf>
#include <string>

namespace hawser::cli {

/// Gathers what is written and hands it to a descriptor when it is flushed. Any thread.
class OutputBuffer final : public std::streambuf {
 public:
  /// `fd` stays the caller's. `unread` is called once, on the thread that writes, when the other
  /// end of it is closed (EPIPE, with SIGPIPE ignored); it must not write. What is written then and
  /// later is dropped.
  OutputBuffer(int fd, std::function<void()> unread);
  ~OutputBuffer() override;
  OutputBuffer(const OutputBuffer&) = delete;
  OutputBuffer& operator=(const OutputBuffer&) = delete;

  /// True once the other end was found closed.
  bool unread() const;

 protected:
  int_type overflow(int_type byte) override;
  std::streamsize xsputn(const char* bytes, std::streamsize count) override;
  int sync() override;

 private:
  const int fd_;
  const std::function<void()> unread_;
  mutable std::mutex mutex_;
  std::string gathered_;
  bool is_unread_ = false;
};

/// A stream over such a buffer.
class OutputStream final : public std::ostream {
 public:
  OutputStream(int fd, std::function<void()> unread)
      : std::ostream(nullptr), buffer_(fd, std::move(unread)) {
    rdbuf(&buffer_);
  }
  bool unread() const { return buffer_.unread(); }

 private:
  OutputBuffer buffer_;
};

}  // namespace hawser::cli
