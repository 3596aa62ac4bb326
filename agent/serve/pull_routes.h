// Which client waits for which answer about the container's files.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/serve/hub_events.h"

namespace hawser::agent {

/// Requests travel to the supervisor under ids of the agent's own, because clients choose theirs
/// freely. One thread.
class PullRoutes {
 public:
  static constexpr size_t kMaxWaiting = 64;

  /// The request as it goes to the supervisor; nothing when too many are on their way.
  std::optional<wire::PullList> Take(PeerId peer, wire::PullList request);
  std::optional<wire::PullRead> Take(PeerId peer, wire::PullRead request);

  /// The answer as it goes to its client; nothing when nobody waits for it.
  std::optional<Send> Route(wire::PullListing listing);
  std::optional<Send> Route(wire::PullPiece piece);

  /// The client went away.
  void Forget(PeerId peer);
  /// Nobody will answer any more: what to tell those who wait.
  std::vector<Send> FailAll(const std::string& why);

 private:
  struct Waiting {
    PeerId peer = 0;
    uint64_t id = 0;  ///< the client's
    bool list = false;
  };
  template <typename Request>
  std::optional<Request> TakeAny(PeerId peer, Request request, bool list);

  std::map<uint64_t, Waiting> waiting_;  ///< by the agent's id
  uint64_t newest_ = 0;
};

}  // namespace hawser::agent
