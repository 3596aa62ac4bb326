// Looking into a tree and editing it.
#include "lib/sync/tree/tree.h"

#include <algorithm>
#include <cassert>

#include "lib/sync/tree/builder.h"

namespace hawser::sync {

namespace {

using Edit = TreeEdits::const_iterator;

void AddEdit(Edit edit, TreeBuilder& out) {
  if (edit->second.has_value()) out.Add(edit->first, *edit->second);
}

void MergeLeaf(const TreeNode& leaf, Edit edit, Edit end, TreeBuilder& out) {
  for (LeafCursor cursor(leaf); cursor.Next();) {
    const auto& [path, entry] = cursor.item();
    for (; edit != end && edit->first < path; ++edit) AddEdit(edit, out);
    if (edit != end && edit->first == path) {
      AddEdit(edit++, out);
    } else {
      out.Add(path, entry);
    }
  }
  for (; edit != end; ++edit) AddEdit(edit, out);
}

/// Adds what `node` holds after the edits, all of which belong to it.
void Merge(const TreeNodePtr& node, Edit begin, Edit end, TreeBuilder& out) {
  if (begin == end) return out.Add(node);
  if (node->level == 0) return MergeLeaf(*node, begin, end, out);
  for (const TreeNodePtr& child : node->children) {
    const bool is_last = child == node->children.back();
    Edit next = begin;
    while (next != end && (is_last || next->first <= child->last)) ++next;
    Merge(child, begin, next, out);
    begin = next;
  }
}

/// The leaf that would hold `path`; null when that is beyond the last.
const TreeNode* LeafOf(const TreeNode* node, std::string_view path) {
  if (node == nullptr || node->last < path) return nullptr;
  while (node->level > 0) {
    const auto child = std::partition_point(
        node->children.begin(), node->children.end(),
        [&](const TreeNodePtr& each) { return std::string_view(each->last) < path; });
    node = child->get();
  }
  return node;
}

}  // namespace

Tree::Tree(std::initializer_list<std::pair<std::string, Entry>> entries) {
  TreeEdits edits;
  for (const auto& [path, entry] : entries) edits.emplace(path, entry);
  *this = Tree().With(edits);
}

size_t Tree::size() const {
  return empty() ? 0 : root_->entries;
}

size_t Tree::files() const {
  return empty() ? 0 : root_->files;
}

Digest Tree::digest() const {
  return empty() ? EmptyTreeDigest() : root_->digest;
}

std::optional<Entry> Tree::Find(std::string_view path) const {
  const TreeNode* leaf = LeafOf(root_.get(), path);
  if (leaf == nullptr) return std::nullopt;
  LeafCursor cursor(*leaf);
  while (cursor.Next() && cursor.item().first < path) {
  }
  if (cursor.item().first != path) return std::nullopt;
  return cursor.item().second;
}

Entry Tree::at(std::string_view path) const {
  std::optional<Entry> entry = Find(path);
  assert(entry.has_value());
  return *std::move(entry);
}

bool Tree::HasBelow(const std::string& path) const {
  const std::string prefix = path + "/";
  const TreeIterator below = From(prefix);
  return below != nullptr && below->first.starts_with(prefix);
}

Tree Tree::With(const TreeEdits& edits) const {
  TreeBuilder builder;
  if (empty()) {
    for (Edit edit = edits.begin(); edit != edits.end(); ++edit) AddEdit(edit, builder);
  } else {
    Merge(root_, edits.begin(), edits.end(), builder);
  }
  Tree tree;
  tree.root_ = builder.Finish();
  return tree;
}

TreeIterator Tree::begin() const {
  return {root_, ""};
}

TreeIterator Tree::From(std::string_view path) const {
  return {root_, path};
}

bool Tree::operator==(const Tree& other) const {
  if (root_ == other.root_) return true;
  if (size() != other.size()) return false;
  TreeIterator theirs = other.begin();
  for (const auto& item : *this) {
    if (item != *theirs) return false;
    ++theirs;
  }
  return true;
}

}  // namespace hawser::sync
