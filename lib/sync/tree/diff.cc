// Compares two trees from the roots down, passing over what both hold.
#include <memory>

#include "lib/sync/tree/node.h"

namespace hawser::sync {

namespace {

/// One tree on its way from the first path to the last. It stands before a node, or, once that was
/// opened, at an entry of a leaf.
class Side {
 public:
  explicit Side(const Tree& tree) {
    if (!tree.empty()) nodes_.push_back(tree.root().get());
  }

  bool at_node() const { return leaf_ == nullptr && !nodes_.empty(); }
  bool at_entry() const { return leaf_ != nullptr; }
  const TreeNode& node() const { return *nodes_.back(); }
  const std::pair<std::string, Entry>& entry() const { return leaf_->item(); }

  void SkipNode() { nodes_.pop_back(); }
  void SkipEntry() {
    if (!leaf_->Next()) leaf_.reset();
  }
  /// One level down.
  void Open() {
    const TreeNode* node = nodes_.back();
    nodes_.pop_back();
    for (size_t i = node->children.size(); i-- > 0;) nodes_.push_back(node->children[i].get());
    if (node->level > 0) return;
    leaf_ = std::make_unique<LeafCursor>(*node);
    leaf_->Next();
  }

 private:
  std::vector<const TreeNode*> nodes_;  ///< to come, the next one last
  std::unique_ptr<LeafCursor> leaf_;
};

/// Passes over equal nodes, or opens what may differ. False when both sides are at entries or at
/// their ends.
bool Descend(Side& before, Side& after) {
  if (before.at_node() && after.at_node()) {
    if (before.node().digest == after.node().digest) {
      before.SkipNode();
      after.SkipNode();
      return true;
    }
    const uint32_t level = std::max(before.node().level, after.node().level);
    const bool both = before.node().level == after.node().level;
    if (both || before.node().level == level) before.Open();
    if (both || after.node().level == level) after.Open();
    return true;
  }
  if (before.at_node())
    before.Open();
  else if (after.at_node())
    after.Open();
  else
    return false;
  return true;
}

/// Compares the entries that both sides are at and moves past the lesser, or past both.
void CompareEntries(Side& before, Side& after, std::vector<TreeChange>& changes) {
  const int order = !before.at_entry()  ? 1
                    : !after.at_entry() ? -1
                                        : before.entry().first.compare(after.entry().first);
  if (order == 0) {
    if (!before.entry().second.SameContent(after.entry().second)) {
      changes.push_back({before.entry().first, before.entry().second, after.entry().second});
    }
  } else if (order < 0) {
    changes.push_back({before.entry().first, before.entry().second, std::nullopt});
  } else {
    changes.push_back({after.entry().first, std::nullopt, after.entry().second});
  }
  if (order <= 0) before.SkipEntry();
  if (order >= 0) after.SkipEntry();
}

}  // namespace

std::vector<TreeChange> Diff(const Tree& before, const Tree& after) {
  std::vector<TreeChange> changes;
  Side old_side(before);
  Side new_side(after);
  while (true) {
    if (Descend(old_side, new_side)) continue;
    if (!old_side.at_entry() && !new_side.at_entry()) return changes;
    CompareEntries(old_side, new_side, changes);
  }
}

}  // namespace hawser::sync
