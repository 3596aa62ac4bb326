// Hands snapshots to all links, and says which of them leads.
#include "local-cli/loop/pull_follower.h"

#include <algorithm>
#include <utility>

namespace hawser::cli {

PullFollower::PullFollower(PullParts parts, sync::PullSelection selection, PullSinks sinks)
    : parts_(std::move(parts)), selection_(std::move(selection)), sinks_(std::move(sinks)) {}

PullFollower::~PullFollower() = default;

void PullFollower::Open(const PodView& pod) {
  const std::lock_guard lock(mutex_);
  auto link = std::make_unique<PullLink>(pod, parts_, sinks_);
  PullLink& opened = *link;
  links_[pod.uid] = std::move(link);
  ChooseLeader();
  if (newest_ != nullptr) opened.Publish(newest_);
}

void PullFollower::Close(const std::string& uid) {
  std::unique_ptr<PullLink> closed;  // its thread is waited for without the lock
  const std::lock_guard lock(mutex_);
  const auto link = links_.find(uid);
  if (link == links_.end()) return;
  closed = std::move(link->second);
  links_.erase(link);
  ChooseLeader();
}

void PullFollower::LookSoon() {
  const std::lock_guard lock(mutex_);
  for (const auto& [uid, link] : links_) link->LookSoon();
}

void PullFollower::Publish(const sync::SnapshotPtr& snapshot,
                           std::shared_ptr<const sync::Rules> rules) {
  const std::lock_guard lock(mutex_);
  newest_ = std::make_shared<const PulledSnapshot>(
      PulledSnapshot{.snapshot = snapshot, .selection = selection_.With(std::move(rules))});
  for (const auto& [uid, link] : links_) link->Publish(newest_);
}

void PullFollower::ChooseLeader() {
  const auto first = std::min_element(
      links_.begin(), links_.end(),
      [](const auto& a, const auto& b) { return a.second->pod() < b.second->pod(); });
  for (const auto& [uid, link] : links_) link->SetLeads(link == first->second);
}

}  // namespace hawser::cli
