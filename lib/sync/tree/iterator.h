// Walks a tree in path order.
#pragma once

#include <memory>

#include "lib/sync/tree/tree.h"

namespace hawser::sync {

class LeafCursor;

/// The entries of a tree from some path on. The tree it came from may go; one thread.
class TreeIterator {
 public:
  /// At the first path that is not less than `from`.
  TreeIterator(TreeNodePtr root, std::string_view from);
  ~TreeIterator();
  TreeIterator(TreeIterator&&) noexcept;
  TreeIterator& operator=(TreeIterator&&) noexcept;

  const std::pair<std::string, Entry>& operator*() const;
  const std::pair<std::string, Entry>* operator->() const { return &**this; }
  TreeIterator& operator++();
  /// True at the end.
  bool operator==(std::nullptr_t) const { return leaf_ == nullptr; }

 private:
  /// Opens the next leaf of those that are left.
  void OpenLeaf();

  TreeNodePtr root_;                   ///< keeps all nodes alive
  std::vector<const TreeNode*> left_;  ///< to come, the next one last
  std::unique_ptr<LeafCursor> leaf_;   ///< null at the end
};

}  // namespace hawser::sync
