// The links to all pods of a session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "local-cli/loop/pod_link.h"
#include "local-cli/loop/push_machine.h"

namespace hawser::cli {

/// Opens and closes links, and hands every snapshot to all of them. Any thread may call it.
class LinkSet {
 public:
  /// Called on the links' threads.
  using Listener = std::function<void(LinkEvent)>;

  /// What `parts` refers to must outlive the set.
  LinkSet(const LinkParts& parts, Listener listener);

  /// Opens a link to the pod, beginning with the newest snapshot that was published to all.
  void Open(const PodView& pod);
  /// Begins to end the pod's link; threads that take longer are waited for when the set goes.
  void Close(const std::string& uid);
  void Publish(sync::SnapshotPtr snapshot);
  /// For one pod alone: a set is told of snapshots in one of the two ways.
  void Publish(const std::string& uid, const sync::SnapshotPtr& snapshot);
  void ConfirmRemovals(const std::string& uid);
  /// See PodLink::TellPodHas.
  void TellPodHas(const std::string& uid, const std::string& path, const sync::Entry& entry);
  /// Begins to end all links.
  void CloseAll();

 private:
  /// Lets go of the closing links that have stopped, with all that they know of their pods.
  void DropStopped();

  const LinkParts parts_;
  const Listener listener_;
  std::mutex mutex_;
  sync::SnapshotPtr newest_;
  std::map<std::string, std::unique_ptr<PodLink>> links_;  // by uid
  std::vector<std::unique_ptr<PodLink>> closing_;
};

}  // namespace hawser::cli
