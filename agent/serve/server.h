// Wires the agent's threads together: listeners, connections, the hub.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "agent/log_ring.h"
#include "agent/serve/acceptor.h"
#include "agent/serve/file_watch.h"
#include "agent/serve/gate.h"
#include "agent/serve/hub.h"
#include "agent/serve/keys.h"
#include "agent/serve/ready_probe.h"
#include "agent/serve/reverse_ports.h"
#include "agent/serve/switchboard.h"
#include "agent/volume.h"
#include "lib/base/bounded_queue.h"

namespace hawser::agent {

/// The agent behind its listeners. Threads: one per listener, two per connection (reader,
/// writer), one for the hub and one for the ready probe. All but the hub's only pass messages on.
class Server {
 public:
  struct Options {
    std::string session;
    std::string pod;
    std::string version;
    std::string keys;            ///< directory with the session's keys
    std::string restart_record;  ///< file that remembers which restarts are done for
    std::string pod_info;        ///< directory of the downward API; empty: none
    size_t max_clients = 32;     ///< on each of the clients' listeners
    bool reverse = false;        ///< clients may have ports of the loopback addresses
  };

  /// Where connections come in.
  struct Listeners {
    std::unique_ptr<net::Listener> loopback;  ///< clients through the API server
    std::unique_ptr<net::Listener> local;     ///< the unix socket of supervisor and probe
    std::unique_ptr<net::Listener> direct;    ///< clients, and strangers; may be null
  };

  /// Serves until destroyed.
  Server(Options options, std::unique_ptr<ConfirmedState> confirmed, Listeners listeners);
  ~Server();

 private:
  void ServeClient(std::unique_ptr<net::ByteStream> stream);
  /// The same on the pod's address, where anybody may connect.
  void ServeDirect(std::unique_ptr<net::ByteStream> stream);
  bool AdmitDirect(const net::ByteStream& stream);
  void TellRefused(const std::string& peer, const Status& why);
  /// Talks to a client that proved who it is.
  void Attend(std::unique_ptr<net::ByteStream> stream);
  void ServeLocal(std::unique_ptr<net::ByteStream> stream);
  Result<std::unique_ptr<net::ByteStream>> Secure(std::unique_ptr<net::ByteStream> stream,
                                                  Duration patience);
  void ReadClient(PeerId id, Peer& peer);
  /// Serves a stream that carries one connection.
  void ServeCarrier(const std::shared_ptr<Peer>& peer, const wire::Hello& hello);
  void ReadSupervisor(PeerId id, Peer& peer);
  /// Logs why a stream ended and, when the peer broke the protocol, tells it.
  static void OnReadFailure(Peer& peer, const Status& status);

  void OnRestartText(const std::string& text);

  void RunHub();
  void Perform(const Send& output);
  void Perform(const Close& output);
  void Perform(const WatchReady& output);

  const Options options_;
  const std::unique_ptr<ConfirmedState> confirmed_;
  const SystemClock clock_;
  LogRing log_{0};  ///< the app's output as the supervisor passed it on
  Keys keys_;
  std::mutex keys_mutex_;
  Switchboard switchboard_;
  BoundedQueue<HubInput> inputs_;
  Hub hub_;
  ReadyProbe ready_probe_;
  ReversePorts reverse_;
  std::jthread hub_thread_;
  Acceptor locals_;
  Acceptor clients_;
  Gate gate_;
  std::optional<Acceptor> direct_clients_;
  FileWatch restarts_;
};

}  // namespace hawser::agent
