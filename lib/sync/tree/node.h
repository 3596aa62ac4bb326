// A node of a tree: a run of entries, packed, or of nodes one level below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// Never changes once it is shared.
struct TreeNode {
  uint32_t level = 0;   ///< 0: a leaf
  uint32_t height = 0;  ///< how many levels end with `last` (BoundaryHeight)
  size_t entries = 0;   ///< in all below
  size_t files = 0;     ///< of them, those that are not directories
  Digest digest;
  std::string last;  ///< the greatest path
  /// Of a leaf: its entries, each path without what it shares with the one before.
  std::string_view packed;
  std::shared_ptr<const void> holder;  ///< of `packed`
  bool in_file = false;                ///< `packed` lies in a mapped file, not in memory
  std::vector<TreeNodePtr> children;   ///< of any other
};

/// On how many levels a node ends with `path`: on level n one path in 32^(n+1) does. It depends on
/// the path alone, so that equal trees have equal nodes whatever edits led to them.
uint32_t BoundaryHeight(std::string_view path);

/// The digest of a tree without entries.
Digest EmptyTreeDigest();

/// Gathers the entries of one leaf, in path order.
class LeafPacker {
 public:
  void Add(const std::string& path, const Entry& entry);
  bool empty() const { return entries_ == 0; }
  /// The leaf of what was added; starts anew.
  TreeNodePtr Finish(uint32_t height);

 private:
  std::string packed_;
  std::string hashed_;
  std::string last_;
  size_t entries_ = 0;
  size_t files_ = 0;
};

/// The digest of a node of `level` > 0 over nodes with these digests.
Digest InnerNodeDigest(uint32_t level, const std::vector<Digest>& children);

/// A node over `children`, which are of one level and in path order.
TreeNodePtr MakeInnerNode(std::vector<TreeNodePtr> children);

/// Reads the entries of a leaf one after another. `leaf` must outlive it.
class LeafCursor {
 public:
  explicit LeafCursor(const TreeNode& leaf) : rest_(leaf.packed) {}
  /// False at the end.
  bool Next();
  /// The entry that Next came to.
  const std::pair<std::string, Entry>& item() const { return item_; }

 private:
  std::string_view rest_;
  std::pair<std::string, Entry> item_;
};

}  // namespace hawser::sync
