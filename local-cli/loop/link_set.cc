// One link per pod; a closing one is kept until it has stopped.
#include "local-cli/loop/link_set.h"

#include <utility>

namespace hawser::cli {

LinkSet::LinkSet(const LinkParts& parts, Listener listener)
    : parts_(parts), listener_(std::move(listener)) {}

void LinkSet::Open(const PodView& pod) {
  const std::lock_guard lock(mutex_);
  auto link = std::make_unique<PodLink>(
      pod.name, parts_, [this, name = pod.name, uid = pod.uid](LinkNews news) {
        listener_({.pod = name, .uid = uid, .news = std::move(news)});
      });
  if (newest_ != nullptr) link->Publish(newest_);
  links_[pod.uid] = std::move(link);
  DropStopped();
}

void LinkSet::Close(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  DropStopped();
  const auto link = links_.find(uid);
  if (link == links_.end()) return;
  link->second->Stop();
  closing_.push_back(std::move(link->second));
  links_.erase(link);
}

void LinkSet::Publish(sync::SnapshotPtr snapshot) {
  const std::lock_guard lock(mutex_);
  newest_ = std::move(snapshot);
  for (const auto& [uid, link] : links_) link->Publish(newest_);
  DropStopped();
}

void LinkSet::Publish(const std::string& uid, const sync::SnapshotPtr& snapshot) {
  const std::lock_guard lock(mutex_);
  if (const auto link = links_.find(uid); link != links_.end()) link->second->Publish(snapshot);
  DropStopped();
}

void LinkSet::DropStopped() {
  std::erase_if(closing_, [](const auto& link) { return link->stopped(); });
}

void LinkSet::ConfirmRemovals(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  if (const auto link = links_.find(uid); link != links_.end()) link->second->ConfirmRemovals();
}

void LinkSet::TellPodHas(const std::string& uid, const std::string& path,
                         const sync::Entry& entry) {
  const std::lock_guard lock(mutex_);
  if (const auto link = links_.find(uid); link != links_.end()) {
    link->second->TellPodHas(path, entry);
  }
}

void LinkSet::CloseAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& [uid, link] : links_) link->Stop();
}

}  // namespace hawser::cli
