// Learns what tree a pod holds, asking only for the nodes that are not known here.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "lib/base/result.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// One comparison, level by level from the root: what it costs follows the difference, one round
/// trip a level. Where nothing is known here, or the pod's tree moved meanwhile, the whole tree is
/// asked for. Pure; one thread.
class TreeFetch {
 public:
  /// `root` is the digest of the pod's tree; `known` are trees that may share nodes with it.
  TreeFetch(const Digest& root, const std::vector<Tree>& known);

  /// What to send first; nothing when the tree is known already.
  std::vector<wire::Message> Begin();

  /// What to send next; nothing while more of an answer is to come, and at the end. data_loss when
  /// a node was not asked for or is not what its place demands.
  Result<std::vector<wire::Message>> OnNodes(const wire::NodesReply& reply);
  void OnTree(const wire::TreeReply& reply);

  /// The pod's tree, once it is known. Entries of shared nodes have the mtimes they have here.
  const std::optional<Tree>& tree() const { return tree_; }

 private:
  class Assembler;

  void Remember(const TreeNodePtr& node);
  void Want(const Digest& node);
  Status Take(const wire::Node& node);
  Result<std::vector<wire::Message>> NextLevel();
  std::vector<wire::Message> AskForAll();

  const Digest root_;
  std::unordered_map<Digest, TreeNodePtr, DigestHash> known_;
  std::unordered_map<Digest, wire::Node, DigestHash> fetched_;
  std::set<Digest> wanted_;  ///< to be asked for next
  std::set<Digest> asked_;   ///< and not answered yet
  size_t replies_to_come_ = 0;
  std::optional<uint32_t> level_;       ///< of the parents of what is asked for
  std::optional<uint32_t> next_level_;  ///< of what came last
  bool whole_ = false;                  ///< the whole tree was asked for
  TreeEdits entries_;                   ///< of it, those that came
  std::optional<Tree> tree_;
};

}  // namespace hawser::sync
