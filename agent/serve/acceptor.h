// Accepts streams and gives each a thread of its own, up to a limit.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "lib/net/stream.h"

namespace hawser::agent {

/// Runs from construction to Stop. A stream beyond the limit is closed at once.
class Acceptor {
 public:
  /// Called on the stream's own thread; returns when the stream is done.
  using Handler = std::function<void(std::unique_ptr<net::ByteStream>)>;
  /// Says whether a stream is let in at all; not asked of those beyond the limit.
  using Admission = std::function<bool(const net::ByteStream&)>;

  /// Without `admission` everybody is let in.
  Acceptor(std::unique_ptr<net::Listener> listener, size_t limit, Handler handler,
           Admission admission = {});
  ~Acceptor();

  /// Accepts nothing more and waits for the handlers, which the caller must have made to return.
  void Stop();

 private:
  struct Connection {
    std::atomic<bool> done = false;
    std::jthread thread;
  };

  void Run();
  void Start(std::unique_ptr<net::ByteStream> stream);

  const std::unique_ptr<net::Listener> listener_;
  const size_t limit_;
  const Handler handler_;
  const Admission admission_;
  std::list<Connection> connections_;  ///< owned by thread_, and by Stop once that ended
  std::jthread thread_;
};

}  // namespace hawser::agent
