// The registry of open connections.
#include "agent/serve/switchboard.h"

#include <utility>

namespace hawser::agent {
namespace {

constexpr Duration kRejectPatience = std::chrono::milliseconds(500);

}  // namespace

PeerId Switchboard::Add(std::shared_ptr<Peer> peer) {
  const std::lock_guard lock(mutex_);
  if (closed_) peer->Close();
  peers_.emplace(next_, std::move(peer));
  return next_++;
}

void Switchboard::Remove(PeerId id) {
  const std::lock_guard lock(mutex_);
  peers_.erase(id);
}

std::shared_ptr<Peer> Switchboard::Find(PeerId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = peers_.find(id);
  return found == peers_.end() ? nullptr : found->second;
}

void Switchboard::CloseAll(const wire::Reject& reject) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  const std::map<PeerId, std::shared_ptr<Peer>> peers = peers_;
  lock.unlock();
  for (const auto& [id, peer] : peers) {
    peer->Send(reject);
    peer->Finish();
  }
  const Deadline deadline = In(kRejectPatience);
  for (const auto& [id, peer] : peers) {
    peer->Flush(deadline);
    peer->Close();
  }
}

}  // namespace hawser::agent
