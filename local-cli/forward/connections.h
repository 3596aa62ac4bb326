// The connections of forwarded ports: the local stream of each, its tunnel, and the threads
// between.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "local-cli/cluster/agents.h"
#include "local-cli/forward/forward_inputs.h"

namespace hawser::cli {

/// Carries what ForwardMachine decided. All but the sink's calls happen on one thread.
class Connections {
 public:
  using Sink = std::function<void(ForwardInput)>;

  /// `tunnel` must outlive this; `sink` is called on the connections' threads, with TunnelOpen,
  /// TunnelFailed, HalfOpen and Ended; so is `on_carried`, for each piece carried either way.
  Connections(PodTunnel& tunnel, std::string ns, Sink sink, std::function<void()> on_carried);
  /// Drops all.
  ~Connections();

  void Add(ConnectionId id, std::unique_ptr<net::ByteStream> local);
  /// Opens a tunnel and relays until the connection ends.
  void Open(const OpenTunnel& action);
  /// Aborts the local stream, and forgets the connection.
  void Drop(ConnectionId id);
  /// Ends a connection that has a tunnel; it still tells its end.
  void Cut(ConnectionId id);
  /// Forgets a connection that has told its end.
  void Forget(ConnectionId id);

 private:
  struct Connection {
    std::unique_ptr<net::ByteStream> local;
    std::jthread thread;  ///< stopped and joined before the stream goes
  };
  void Run(net::ByteStream& local, const OpenTunnel& action, const std::stop_token& stop);

  PodTunnel& tunnel_;
  const std::string ns_;
  const Sink sink_;
  const std::function<void()> on_carried_;
  std::map<ConnectionId, Connection> connections_;
};

}  // namespace hawser::cli
