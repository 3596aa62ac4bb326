// The agent's open connections by id.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "agent/peer.h"
#include "agent/serve/hub.h"

namespace hawser::agent {

/// Finds the peer behind an id. Thread-safe.
class Switchboard {
 public:
  /// Registers a peer and names it. After CloseAll the peer is closed at once.
  PeerId Add(std::shared_ptr<Peer> peer);
  void Remove(PeerId id);
  /// Null when the peer is gone.
  std::shared_ptr<Peer> Find(PeerId id) const;
  /// Tells every peer why and ends its stream; so too for those that come later.
  void CloseAll(const wire::Reject& reject);

 private:
  mutable std::mutex mutex_;
  std::map<PeerId, std::shared_ptr<Peer>> peers_;
  PeerId next_ = 1;
  bool closed_ = false;
};

}  // namespace hawser::agent
