// Ports of the pod's loopback that lead to clients' machines.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/serve/hub_events.h"
#include "lib/net/stream.h"
#include "lib/wire/channel.h"

namespace hawser::agent {

struct ReversePortsOptions {
  size_t max_ports = 16;        ///< of all clients together
  size_t max_connections = 64;  ///< that wait or are carried; further ones are reset
  /// How long a connection waits for its client.
  Duration patience = std::chrono::seconds(10);
};

/// Listens on all of the pod's loopback addresses. already_exists when somebody has the port.
Result<std::vector<std::unique_ptr<net::Listener>>> ListenOnLoopback(uint16_t port);

/// Accepts connections for clients and carries them over streams that the clients open. One thread
/// for each listener; carrying happens on the caller's. Thread-safe, but calls for one client come
/// one after the other.
class ReversePorts {
 public:
  using Bind = std::function<Result<std::vector<std::unique_ptr<net::Listener>>>(uint16_t port)>;
  /// Sends a client a message; must not block. Called on any thread.
  using Tell = std::function<void(PeerId client, wire::Message message)>;

  explicit ReversePorts(Tell tell, Bind bind = ListenOnLoopback, ReversePortsOptions options = {});
  ~ReversePorts();

  /// Listens for a client until Forget. A port that another client has is taken from it.
  wire::ListenReply Open(PeerId client, uint16_t port);
  /// Resets a connection that its client can't serve.
  void Refuse(PeerId client, uint64_t id);
  /// Answers a CarryRequest on `channel`, and carries until both directions have ended. Blocks.
  void Carry(uint64_t id, const std::shared_ptr<wire::Channel>& channel);
  /// Ends all that was done for a client.
  void Forget(PeerId client);
  /// Ends everything; nothing can be opened any more.
  void CloseAll();

 private:
  struct Port {
    PeerId client = 0;
    uint16_t number = 0;
    std::vector<std::unique_ptr<net::Listener>> listeners;
    std::vector<std::jthread> threads;
  };
  struct Waiting {
    PeerId client = 0;
    Deadline until{};
    std::unique_ptr<net::ByteStream> stream;
  };
  /// Both sides of a connection that is carried, to be cut.
  struct Carried {
    PeerId client = 0;
    net::ByteStream* app = nullptr;
    wire::Channel* channel = nullptr;
  };

  void Run(const Port& port, net::Listener& listener);
  void Arrive(const Port& port, std::unique_ptr<net::ByteStream> stream);
  void DropOverdue();
  Deadline NextOverdue() const;
  std::unique_ptr<net::ByteStream> Take(uint64_t id, const std::shared_ptr<wire::Channel>& channel);
  /// Those ports leave the list and are closed; their threads are waited for.
  void Close(const std::function<bool(const Port&)>& which);

  const Tell tell_;
  const Bind bind_;
  const ReversePortsOptions options_;
  mutable std::mutex mutex_;
  std::list<Port> ports_;
  std::map<uint64_t, Waiting> waiting_;
  std::map<uint64_t, Carried> carried_;
  uint64_t last_id_ = 0;
  bool full_ = false;  ///< told once in a row
  bool closed_ = false;
};

}  // namespace hawser::agent
