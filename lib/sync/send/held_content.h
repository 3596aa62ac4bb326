// Which content a pod is believed to hold, at any path or in its store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "lib/base/digest.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// A belief, not knowledge: the agent drops old content when its store grows, and a few bytes stand
/// for a digest. Whoever trusts it in vain is told by `Need`. One thread.
class HeldContent {
 public:
  /// The pod confirmed `after`; what it held when it had confirmed `before` it may hold still.
  /// Costs what differs.
  void Learn(const Tree& before, const Tree& after);
  /// The pod said that it lacks this.
  void Forget(const Digest& digest) { keys_.erase(KeyOf(digest)); }
  bool Has(const Digest& digest) const { return keys_.contains(KeyOf(digest)); }
  /// The file that a path held last, if that was removed not long ago: a build removes what it
  /// makes anew.
  std::optional<Entry> FormerAt(const std::string& path) const;

 private:
  static uint64_t KeyOf(const Digest& digest) { return DigestHash()(digest); }
  void LearnDifference(const Tree& before, const Tree& after);

  std::unordered_set<uint64_t> keys_;
  std::unordered_map<std::string, Entry> former_;  ///< by path
};

/// The file that a change at `path` may be made from: what the pod has there, or had last.
std::optional<Entry> BaseAt(const std::string& path, const Tree& confirmed,
                            const HeldContent* held);

}  // namespace hawser::sync
