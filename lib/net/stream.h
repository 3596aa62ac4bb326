// The byte stream that everything above sockets talks through.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::net {

/// A reliable, ordered, two-way stream of bytes: TCP, a unix socket, TLS, a port-forward, or a pipe
/// in tests. One thread may read while another writes; two readers or two writers at once are a
/// bug.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  /// Waits for bytes and returns how many were put into `out` (at least 1), or 0 when the peer
  /// ended the stream. deadline_exceeded when none came in time (the stream stays usable);
  /// cancelled after Close; unavailable when broken.
  virtual Result<size_t> Read(std::span<char> out, Deadline deadline) = 0;

  /// Sends all of `data`. After any failure the stream must be closed: part of `data` may have been
  /// sent.
  virtual Status Write(std::string_view data, Deadline deadline) = 0;

  /// True where one direction can end before the other, so that EndWrite does something.
  virtual bool HasHalves() const { return false; }
  /// Tells the peer that nothing more will be written: it reads the end once it has read all, and
  /// may still write.
  virtual void EndWrite() {}

  /// Ends the stream in both directions and wakes blocked calls on other threads. May be called
  /// from any thread, repeatedly.
  virtual void Close() = 0;

  /// As Close, but so that the peer sees a broken connection where the stream can show one: what it
  /// has got must not pass for the whole.
  virtual void Abort() { Close(); }

  /// Whom this stream talks to, for messages: "10.244.0.7:40000", "pod api-6f9 through the API
  /// server".
  virtual std::string Peer() const = 0;
};

/// Accepts streams.
class Listener {
 public:
  virtual ~Listener() = default;
  /// Waits for the next stream. deadline_exceeded when none came; cancelled after Close.
  virtual Result<std::unique_ptr<ByteStream>> Accept(Deadline deadline) = 0;
  /// Stops accepting and wakes Accept. May be called from any thread.
  virtual void Close() = 0;
};

}  // namespace hawser::net
