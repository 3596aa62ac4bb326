// What came from the pod a moment ago, until the trees that are compared show it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/base/clock.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// What a pull compares with the pod.
struct PullTrees {
  Tree workspace;  ///< what the workspace wants in the container
  Tree agreed;     ///< the confirmed tree
};

/// Pod and workspace both had what was pulled: that is what they agreed on last, although the next
/// scan and the next batch are still to say so. Without it the pod's next version would pass for a
/// conflict. By container path. Pure: no clock, no I/O. Not thread-safe.
class PulledVersions {
 public:
  /// A scan and a batch take no longer. What is not shown by then is not believed any more: someone
  /// may have put the old version back before it was seen.
  static constexpr Duration kShownWithin = std::chrono::seconds(10);

  /// `entry` took the place of what the workspace had at `path`, while the trees were `shown`.
  void Note(const std::string& path, const Entry& entry, const PullTrees& shown, TimePoint now);
  /// The workspace has something else there.
  void Forget(const std::string& path) { items_.erase(path); }
  /// What the trees show counts again, and nothing else.
  void Clear() { items_.clear(); }
  bool empty() const { return items_.empty(); }
  /// The trees that are `shown`, with what was pulled where they are still as they were then.
  PullTrees Over(const PullTrees& shown, TimePoint now);

 private:
  /// Until a tree moves on from what it was.
  struct Before {
    std::optional<Entry> entry;
    bool moved_on = false;
  };
  struct Item {
    Entry entry;
    Before workspace;
    Before agreed;
    TimePoint until{};
  };

  static void Follow(const Tree& shown, const std::string& path, Before& before);

  std::map<std::string, Item> items_;
};

}  // namespace hawser::sync
