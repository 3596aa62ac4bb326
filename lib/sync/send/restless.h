// Files that are rewritten while batches are on their way: which goes next, and what of the rest.
#pragma once

#include <string>
#include <vector>

#include "lib/base/clock.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// What a batch leads to on the way to what is wanted.
struct Waypoint {
  Tree tree;
  std::string alone;  ///< the restless file that the batch is for; empty when it is for others
};

/// Each restless file goes in a batch of its own, in turn with all that is not restless, so that
/// none keeps anything but itself from arriving. One that changed while it was sent alone rests
/// for as long as that took before it is tried again, and longer when that was soon and happens
/// again and again. Pure; one thread.
class RestlessFiles {
 public:
  /// The file at `path` was found to have changed while a batch was written. `alone_for`: how long
  /// it was being sent by itself; zero when others were in the batch.
  void OnChanged(const std::string& path, Duration alone_for, TimePoint now);
  /// `after` is wanted from now on, no longer `before`.
  void OnWanted(const Tree& before, const Tree& after, TimePoint now);
  /// The pod confirmed a batch for this restless file, or for others when it is empty.
  void OnConfirmed(const std::string& alone);

  bool empty() const { return files_.empty(); }
  /// What to bring about next. Equal to `confirmed` when all that is left waits until WakeAt.
  Waypoint Next(const Tree& wanted, const Tree& confirmed, TimePoint now);
  /// When to ask again although nothing happened.
  TimePoint WakeAt() const { return wake_at_; }

 private:
  struct File {
    std::string path;
    Duration rests{};     ///< for so long after it changed
    TimePoint changed{};  ///< as far as is known
    TimePoint due() const { return changed + rests; }
  };

  void Forget(const std::string& path);
  /// Forgets those that need no content any more.
  void ForgetSettled(const Tree& wanted, const Tree& confirmed);
  const File* FirstDue(TimePoint now) const;

  std::vector<File> files_;  ///< in the order of their turns
  bool others_turn_ = true;
  TimePoint wake_at_ = kNoDeadline;
};

}  // namespace hawser::sync
