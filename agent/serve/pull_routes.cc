// Ids in, ids out.
#include "agent/serve/pull_routes.h"

#include <utility>

namespace hawser::agent {

template <typename Request>
std::optional<Request> PullRoutes::TakeAny(PeerId peer, Request request, bool list) {
  if (waiting_.size() >= kMaxWaiting) return std::nullopt;
  waiting_[++newest_] = {.peer = peer, .id = request.id, .list = list};
  request.id = newest_;
  return request;
}

std::optional<wire::PullList> PullRoutes::Take(PeerId peer, wire::PullList request) {
  return TakeAny(peer, std::move(request), true);
}

std::optional<wire::PullRead> PullRoutes::Take(PeerId peer, wire::PullRead request) {
  return TakeAny(peer, std::move(request), false);
}

std::optional<Send> PullRoutes::Route(wire::PullListing listing) {
  const auto waiting = waiting_.find(listing.id);
  if (waiting == waiting_.end() || !waiting->second.list) return std::nullopt;
  const PeerId peer = waiting->second.peer;
  listing.id = waiting->second.id;
  if (listing.last) waiting_.erase(waiting);
  return Send{.peer = peer, .message = std::move(listing)};
}

std::optional<Send> PullRoutes::Route(wire::PullPiece piece) {
  const auto waiting = waiting_.find(piece.id);
  if (waiting == waiting_.end() || waiting->second.list) return std::nullopt;
  const PeerId peer = waiting->second.peer;
  piece.id = waiting->second.id;
  waiting_.erase(waiting);
  return Send{.peer = peer, .message = std::move(piece)};
}

void PullRoutes::Forget(PeerId peer) {
  std::erase_if(waiting_, [&](const auto& entry) { return entry.second.peer == peer; });
}

std::vector<Send> PullRoutes::FailAll(const std::string& why) {
  std::vector<Send> answers;
  for (const auto& [id, asker] : std::exchange(waiting_, {})) {
    Send& answer = answers.emplace_back(Send{.peer = asker.peer, .message = {}});
    if (asker.list) {
      answer.message = wire::PullListing{.id = asker.id, .trouble = why};
    } else {
      answer.message = wire::PullPiece{.id = asker.id, .trouble = why};
    }
  }
  return answers;
}

}  // namespace hawser::agent
