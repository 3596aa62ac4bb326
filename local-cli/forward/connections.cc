// One thread for each connection that has a tunnel or tries to get one.
#include "local-cli/forward/connections.h"

#include <utility>

#include "lib/net/relay.h"

namespace hawser::cli {

namespace {

/// For one try; the machine gives the connection up in its own time.
constexpr Duration kTunnelPatience = std::chrono::seconds(10);

}  // namespace

Connections::Connections(PodTunnel& tunnel, std::string ns, Sink sink,
                         std::function<void()> on_carried)
    : tunnel_(tunnel),
      ns_(std::move(ns)),
      sink_(std::move(sink)),
      on_carried_(std::move(on_carried)) {}

Connections::~Connections() {
  for (auto& [id, connection] : connections_) {
    connection.thread.request_stop();
    connection.local->Abort();
  }
}

void Connections::Add(ConnectionId id, std::unique_ptr<net::ByteStream> local) {
  connections_[id].local = std::move(local);
}

void Connections::Open(const OpenTunnel& action) {
  const auto found = connections_.find(action.connection);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.thread = std::jthread([this, &local = *connection.local, action](
                                       const std::stop_token& stop) { Run(local, action, stop); });
}

void Connections::Drop(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  found->second.thread.request_stop();
  found->second.local->Abort();
  connections_.erase(found);
}

void Connections::Cut(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found != connections_.end()) found->second.thread.request_stop();
}

void Connections::Forget(ConnectionId id) {
  connections_.erase(id);
}

void Connections::Run(net::ByteStream& local, const OpenTunnel& action,
                      const std::stop_token& stop) {
  const ConnectionId id = action.connection;
  Result<std::unique_ptr<net::ByteStream>> remote =
      tunnel_.Open({.ns = ns_, .name = action.pod}, action.port, In(kTunnelPatience), stop);
  if (!remote.ok()) return sink_(TunnelFailed{.connection = id, .reason = remote.status()});
  sink_(TunnelOpen{id});
  const std::stop_callback cut(stop, [&remote] { (*remote)->Close(); });
  const net::RelayResult result =
      net::Relay(local, **remote,
                 {.on_half_open = [this, id] { sink_(HalfOpen{id}); }, .on_carried = on_carried_});
  sink_(Ended{.connection = id, .result = result});
}

}  // namespace hawser::cli
