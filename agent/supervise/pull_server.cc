// One queue in, one thread, one answer after the other.
#include "agent/supervise/pull_server.h"

#include <utility>

#include "lib/sync/tree/answer.h"

namespace hawser::agent {
namespace {

/// As many as an agent passes on at once.
constexpr size_t kWaitingRequests = 64;
constexpr char kBusy[] = "the pod is busy with other requests: try again";

}  // namespace

PullServer::PullServer(const std::string& container_root, Reply reply)
    : reply_(std::move(reply)),
      files_(container_root),
      requests_(kWaitingRequests),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

PullServer::~PullServer() {
  thread_.request_stop();
  requests_.Close();
}

void PullServer::SetRoots(std::vector<wire::SyncRoot> roots) {
  const std::lock_guard lock(mutex_);
  roots_ = std::move(roots);
}

std::vector<wire::SyncRoot> PullServer::Roots() {
  const std::lock_guard lock(mutex_);
  return roots_;
}

void PullServer::Ask(const wire::PullList& request) {
  if (!requests_.TryPush(request)) reply_(wire::PullListing{.id = request.id, .trouble = kBusy});
}

void PullServer::Ask(const wire::PullRead& request) {
  if (!requests_.TryPush(request)) reply_(wire::PullPiece{.id = request.id, .trouble = kBusy});
}

void PullServer::Run(const std::stop_token& stop) {
  while (const std::optional<Request> request = requests_.Pop()) {
    if (stop.stop_requested()) return;
    std::visit([&](const auto& asked) { Answer(asked, stop); }, *request);
  }
}

void PullServer::Answer(const wire::PullList& request, const std::stop_token& stop) {
  sync::PodListing listing = files_.List(Roots(), request.patterns, stop);
  const Digest digest = listing.tree.digest();
  if (digest == request.known) listing.tree = {};
  for (wire::TreeReply& piece : sync::AnswerTree(listing.tree)) {
    reply_(wire::PullListing{.id = request.id,
                             .entries = std::move(piece.entries),
                             .last = piece.last,
                             .digest = digest,
                             .trouble = piece.last ? listing.trouble : ""});
  }
}

void PullServer::Answer(const wire::PullRead& request, const std::stop_token&) {
  Result<std::string> bytes = files_.Read(Roots(), request.path, request.offset, request.length);
  wire::PullPiece piece{.id = request.id};
  if (bytes.ok()) {
    piece.bytes = *std::move(bytes);
  } else {
    piece.trouble = bytes.status().message();
  }
  reply_(std::move(piece));
}

}  // namespace hawser::agent
