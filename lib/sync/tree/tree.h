// An immutable snapshot of files: what the workspace wants in the container, or what the agent
// confirmed.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/entry.h"

namespace hawser::sync {

using wire::Entry;
using wire::EntryKind;

struct TreeNode;
using TreeNodePtr = std::shared_ptr<const TreeNode>;

/// Path -> what stands there from now on; nothing removes the path.
using TreeEdits = std::map<std::string, std::optional<Entry>>;

/// True when a path holds the same in two trees, nothing being a version too. mtimes do not count.
inline bool SameVersion(const std::optional<Entry>& a, const std::optional<Entry>& b) {
  if (a.has_value() != b.has_value()) return false;
  return !a.has_value() || a->SameContent(*b);
}

class TreeIterator;

/// Container path (absolute, normalised) -> entry, in path order. A directory sorts before its
/// children. Trees share what they have in common, and their shape depends on nothing but what they
/// hold: a copy costs nothing, an edit the depth of the tree, a comparison what differs
/// (DESIGN.md). Values; safe to read from any thread.
class Tree {
 public:
  Tree() = default;
  Tree(std::initializer_list<std::pair<std::string, Entry>> entries);
  /// The tree below a root, null for none, as TreeBuilder makes it.
  explicit Tree(TreeNodePtr root) : root_(std::move(root)) {}

  size_t size() const;
  bool empty() const { return root_ == nullptr; }
  /// How many entries are not directories.
  size_t files() const;

  /// Identifies the tree. mtimes are left out, so that a touched file changes nothing. The digest
  /// of the empty tree is not zero. Format: wire/PROTOCOL.md.
  Digest digest() const;

  std::optional<Entry> Find(std::string_view path) const;
  bool contains(std::string_view path) const { return Find(path).has_value(); }
  /// The entry of a path that is there.
  Entry at(std::string_view path) const;
  /// True when anything lies below `path`.
  bool HasBelow(const std::string& path) const;

  /// The tree after these edits.
  Tree With(const TreeEdits& edits) const;
  void Put(const std::string& path, const Entry& entry) { *this = With({{path, entry}}); }
  void Erase(const std::string& path) { *this = With({{path, std::nullopt}}); }

  /// For range-based loops: pairs of path and entry.
  TreeIterator begin() const;
  static std::nullptr_t end() { return nullptr; }
  /// From the first path that is not less than `path`.
  TreeIterator From(std::string_view path) const;

  const TreeNodePtr& root() const { return root_; }
  /// Equal in everything, mtimes too.
  bool operator==(const Tree& other) const;

 private:
  TreeNodePtr root_;  ///< null when empty
};

/// What differs at one path.
struct TreeChange {
  std::string path;
  std::optional<Entry> before;
  std::optional<Entry> after;
};

/// Where two trees differ, in path order; mtimes do not count. Costs what differs, not what they
/// hold.
std::vector<TreeChange> Diff(const Tree& before, const Tree& after);

}  // namespace hawser::sync

#include "lib/sync/tree/iterator.h"  // loops over trees need the complete type
