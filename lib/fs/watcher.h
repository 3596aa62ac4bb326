// Says which paths of a directory tree to look at again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::fs {

/// What changed since the last call. Events are hints: whoever gets them looks at the files.
struct Dirty {
  std::vector<std::string>
      paths;  ///< relative to the root, no duplicates; a directory stands for all below it
  bool everything = false;  ///< events were lost (overflow, the root moved): look at the whole tree
  std::string reason;       ///< why everything, for people
  TimePoint first_event{};  ///< when the first of these was seen

  bool empty() const { return paths.empty() && !everything; }
};

/// Watches one directory tree. Used by one thread; Close from any.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Waits for a change and returns all that are pending, without waiting for quiet.
  /// deadline_exceeded when there was none; a file that just went is waited for some milliseconds
  /// beyond it, since it may come back, and is reported with what was seen before it. cancelled
  /// after Close; not_found when the root vanished.
  virtual Result<Dirty> Wait(Deadline deadline) = 0;
  /// Which directories are ignored has changed: watches those that now are not. What is in them is
  /// not reported. resource_exhausted as of the maker. On the thread that waits.
  virtual Status Rewatch() = 0;
  virtual void Close() = 0;
};

/// True for directories (relative to the root) that need no watch.
using IgnoreDirectory = std::function<bool(const std::string& path)>;

/// Watches with inotify. resource_exhausted names the sysctl to raise and to what, or the directory
/// whose names can't be read for now.
Result<std::unique_ptr<Watcher>> MakeInotifyWatcher(const std::string& root,
                                                    IgnoreDirectory ignore);

/// Watches by looking at every path's stat(2) again and again, at PollPace: for file systems
/// without events, and for when inotify's limits are met. not_found when there is no `root`.
Result<std::unique_ptr<Watcher>> MakePollingWatcher(const std::string& root,
                                                    IgnoreDirectory ignore);

}  // namespace hawser::fs
