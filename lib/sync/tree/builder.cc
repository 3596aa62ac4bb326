// Builds a tree from entries and from nodes of other trees.
#include "lib/sync/tree/builder.h"

#include <algorithm>
#include <utility>

namespace hawser::sync {

void TreeBuilder::Add(const std::string& path, const Entry& entry) {
  leaf_.Add(path, entry);
  if (const uint32_t height = BoundaryHeight(path); height > 0) CloseLeaf(height);
}

void TreeBuilder::Add(const TreeNodePtr& node) {
  if (IsClosed(node->level)) return AddItem(node);
  for (const TreeNodePtr& child : node->children) Add(child);
  if (node->level > 0) return;
  for (LeafCursor cursor(*node); cursor.Next();) Add(cursor.item().first, cursor.item().second);
}

bool TreeBuilder::IsClosed(size_t level) const {
  return leaf_.empty() &&
         std::all_of(open_.begin(),
                     open_.begin() + static_cast<long>(std::min(level, open_.size())),
                     [](const auto& items) { return items.empty(); });
}

void TreeBuilder::CloseLeaf(uint32_t height) {
  AddItem(leaf_.Finish(height));
}

void TreeBuilder::AddItem(TreeNodePtr node) {
  const size_t level = node->level;
  const bool ends = node->height > level + 1;
  if (open_.size() <= level) open_.resize(level + 1);
  open_[level].push_back(std::move(node));
  if (ends) CloseLevel(level);
}

void TreeBuilder::CloseLevel(size_t level) {
  AddItem(MakeInnerNode(std::exchange(open_[level], {})));
}

TreeNodePtr TreeBuilder::Finish() {
  if (!leaf_.empty()) CloseLeaf(0);
  if (open_.empty()) return nullptr;
  for (size_t level = 0; level + 1 < open_.size(); ++level) {
    if (!open_[level].empty()) CloseLevel(level);
  }
  TreeNodePtr root = MakeInnerNode(std::move(open_.back()));
  open_.clear();
  // The root is the lowest node that holds everything.
  while (root->level > 0 && root->children.size() == 1) root = TreeNodePtr(root->children[0]);
  return root;
}

}  // namespace hawser::sync
