// Watches a workspace by events where the kernel has them all, else by looking.
#pragma once

#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/fs/watcher.h"

namespace hawser::fs {

struct ChosenWatcher {
  std::unique_ptr<Watcher> watcher;
  std::string notice;  ///< why it polls, and what to do about it; empty when it has events
};

/// Why events of `root` can't be relied on: it lies on a file system that others change (NFS, SMB,
/// 9p, FUSE and the like). Empty when they can.
std::string WhyPoll(const std::string& root);

/// inotify, unless `poll` asks for polling, `root` lies on a shared file system, or a limit of the
/// kernel is too low. A limit that is met later makes it poll from then on; the change reported
/// then says why. Status as of the makers in watcher.h.
Result<ChosenWatcher> ChooseWatcher(const std::string& root, const IgnoreDirectory& ignore,
                                    bool poll);

/// Follows `events` until that is resource_exhausted, then polls.
std::unique_ptr<Watcher> PollWhenExhausted(std::unique_ptr<Watcher> events, std::string root,
                                           IgnoreDirectory ignore);

}  // namespace hawser::fs
