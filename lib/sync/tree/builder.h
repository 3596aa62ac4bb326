// Builds a tree from entries and from nodes of other trees.
#pragma once

#include <string>
#include <vector>

#include "lib/sync/tree/node.h"

namespace hawser::sync {

/// Everything is added in path order. The same entries give the same nodes however they are added.
class TreeBuilder {
 public:
  void Add(const std::string& path, const Entry& entry);
  /// All that `node` holds; the node itself where it fits.
  void Add(const TreeNodePtr& node);
  /// The root of what was added; null when that is nothing.
  TreeNodePtr Finish();

 private:
  void AddItem(TreeNodePtr node);
  void CloseLeaf(uint32_t height);
  void CloseLevel(size_t level);
  /// True when a node of `level` can follow as it is.
  bool IsClosed(size_t level) const;

  LeafPacker leaf_;
  std::vector<std::vector<TreeNodePtr>> open_;  ///< items of the open node of level i + 1
};

}  // namespace hawser::sync
