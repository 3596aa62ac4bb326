// A local port on one or several addresses, and who has it when it can't be had.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lib/net/socket.h"

namespace hawser::cli {

struct LocalPortOptions {
  std::vector<std::string> addresses;  ///< IP literals
  bool next_free = false;              ///< take the next free port when one is taken
};

/// The same port of every address, listening.
struct BoundPort {
  std::vector<std::unique_ptr<net::Listener>> listeners;
  std::vector<std::string> addresses;  ///< those that this machine has
  uint16_t port = 0;
  std::string taken_by;  ///< who has the port that was asked for, when this is another; may be ""
};

/// Listens on `port`, or on a free one when it is 0. "::1" is left out on a machine without IPv6.
/// already_exists names who has the port, as far as known, and what to do; permission_denied says
/// what a privileged port needs.
Result<BoundPort> BindLocalPort(uint16_t port, const LocalPortOptions& options);

/// Accepts on all listeners of a port until it goes away.
class Acceptor {
 public:
  using Sink = std::function<void(std::unique_ptr<net::ByteStream>)>;
  /// `sink` is called on the acceptor's threads, one for each listener.
  Acceptor(BoundPort bound, Sink sink);
  ~Acceptor();

 private:
  void Run(net::Listener& listener, const std::stop_token& stop) const;

  const std::vector<std::unique_ptr<net::Listener>> listeners_;
  const Sink sink_;
  std::vector<std::jthread> threads_;
};

}  // namespace hawser::cli
