// Walks a tree in path order.
#include "lib/sync/tree/iterator.h"

#include "lib/sync/tree/node.h"

namespace hawser::sync {

TreeIterator::TreeIterator(TreeNodePtr root, std::string_view from) : root_(std::move(root)) {
  if (root_ == nullptr || root_->last < from) return;
  left_.push_back(root_.get());
  // Down to the leaf that holds `from`, leaving out what comes before it.
  while (left_.back()->level > 0) {
    const TreeNode* node = left_.back();
    left_.pop_back();
    for (size_t i = node->children.size(); i-- > 0 && node->children[i]->last >= from;) {
      left_.push_back(node->children[i].get());
    }
  }
  OpenLeaf();
  while ((**this).first < from) ++*this;
}

TreeIterator::~TreeIterator() = default;
TreeIterator::TreeIterator(TreeIterator&&) noexcept = default;
TreeIterator& TreeIterator::operator=(TreeIterator&&) noexcept = default;

const std::pair<std::string, Entry>& TreeIterator::operator*() const {
  return leaf_->item();
}

TreeIterator& TreeIterator::operator++() {
  if (!leaf_->Next()) OpenLeaf();
  return *this;
}

void TreeIterator::OpenLeaf() {
  leaf_.reset();
  while (!left_.empty()) {
    const TreeNode* node = left_.back();
    left_.pop_back();
    if (node->level == 0) {
      leaf_ = std::make_unique<LeafCursor>(*node);
      leaf_->Next();
      return;
    }
    for (size_t i = node->children.size(); i-- > 0;) left_.push_back(node->children[i].get());
  }
}

}  // namespace hawser::sync
