// Brings back by itself what pods change while a push runs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "local-cli/loop/pull_link.h"

namespace hawser::cli {

/// One link for each pod; the first pod by name leads. Every snapshot goes through it on its way to
/// the pods. Any thread may call it.
class PullFollower {
 public:
  /// `selection` says what comes back; its ignores are replaced by those of each snapshot.
  PullFollower(PullParts parts, sync::PullSelection selection, PullSinks sinks);
  ~PullFollower();

  /// A pod is about to be pushed to for the first time: releases for it what was published, once
  /// the pod was looked at.
  void Open(const PodView& pod);
  /// A pod went.
  void Close(const std::string& uid);
  /// Look soon: something may have changed where files come back from.
  void LookSoon();
  /// The workspace is now this, by these rules: released for each pod by itself, so that one that
  /// can't be looked at holds up no other.
  void Publish(const sync::SnapshotPtr& snapshot, std::shared_ptr<const sync::Rules> rules);

 private:
  void ChooseLeader();

  const PullParts parts_;
  const sync::PullSelection selection_;
  const PullSinks sinks_;
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<const PulledSnapshot> newest_;
  std::map<std::string, std::unique_ptr<PullLink>> links_;  ///< by uid
};

}  // namespace hawser::cli
