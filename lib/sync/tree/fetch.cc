// Level by level: what came is verified, what is known here is not asked for.
#include "lib/sync/tree/fetch.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "lib/sync/tree/builder.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

/// The first path below `node`.
std::string FirstPath(const TreeNode* node) {
  while (node->level > 0) node = node->children.front().get();
  LeafCursor cursor(*node);
  cursor.Next();
  return cursor.item().first;
}

Digest DigestOf(const wire::Node& node) {
  if (node.level > 0) return InnerNodeDigest(node.level, node.children);
  LeafPacker leaf;
  for (const wire::PathEntry& item : node.entries) leaf.Add(item.path, item.entry);
  return leaf.Finish(0)->digest;
}

}  // namespace

/// Puts a tree together from nodes of both kinds, in path order. A tree that names a node twice
/// would come out of order, so nothing grows beyond what was sent.
class TreeFetch::Assembler {
 public:
  explicit Assembler(const TreeFetch& fetch) : fetch_(fetch) {}

  Status Add(const Digest& digest) {
    if (const auto known = fetch_.known_.find(digest); known != fetch_.known_.end()) {
      HAWSER_RETURN_IF_ERROR(Advance(FirstPath(known->second.get()), known->second->last));
      builder_.Add(known->second);
      return OkStatus();
    }
    const wire::Node& node = fetch_.fetched_.at(digest);
    for (const wire::PathEntry& item : node.entries) {
      HAWSER_RETURN_IF_ERROR(Advance(item.path, item.path));
      builder_.Add(item.path, item.entry);
    }
    for (const Digest& child : node.children) HAWSER_RETURN_IF_ERROR(Add(child));
    return OkStatus();
  }

  Tree Finish() { return Tree(builder_.Finish()); }

 private:
  Status Advance(const std::string& first, const std::string& last) {
    if (first <= last_) return DataLossError("the pod's tree is not in path order");
    last_ = last;
    return OkStatus();
  }

  const TreeFetch& fetch_;
  TreeBuilder builder_;
  std::string last_;
};

TreeFetch::TreeFetch(const Digest& root, const std::vector<Tree>& known) : root_(root) {
  for (const Tree& tree : known) {
    if (!tree.empty()) Remember(tree.root());
  }
}

void TreeFetch::Remember(const TreeNodePtr& node) {
  if (!known_.emplace(node->digest, node).second) return;  // and so is all below it
  for (const TreeNodePtr& child : node->children) Remember(child);
}

std::vector<wire::Message> TreeFetch::Begin() {
  if (known_.empty()) return AskForAll();
  Want(root_);
  Result<std::vector<wire::Message>> next = NextLevel();
  return next.ok() ? *std::move(next) : AskForAll();
}

void TreeFetch::Want(const Digest& node) {
  if (!known_.contains(node) && !fetched_.contains(node)) wanted_.insert(node);
}

Result<std::vector<wire::Message>> TreeFetch::OnNodes(const wire::NodesReply& reply) {
  if (replies_to_come_ == 0) return DataLossError("nodes came that nobody asked for");
  for (const wire::Node& node : reply.nodes) HAWSER_RETURN_IF_ERROR(Take(node));
  if (!reply.last || --replies_to_come_ > 0) return std::vector<wire::Message>();
  if (!asked_.empty()) return AskForAll();
  return NextLevel();
}

Status TreeFetch::Take(const wire::Node& node) {
  const Digest digest = DigestOf(node);
  if (asked_.erase(digest) == 0) return DataLossError("a node came that nobody asked for");
  if (level_.has_value() && node.level + 1 != *level_) {
    return DataLossError("a node is not one level below its parent");
  }
  next_level_ = node.level;
  for (const Digest& child : node.children) Want(child);
  fetched_.emplace(digest, node);
  return OkStatus();
}

Result<std::vector<wire::Message>> TreeFetch::NextLevel() {
  level_ = std::exchange(next_level_, std::nullopt);
  if (wanted_.empty()) {
    Assembler assembler(*this);
    HAWSER_RETURN_IF_ERROR(assembler.Add(root_));
    Tree tree = assembler.Finish();
    if (tree.digest() != root_) return DataLossError("the pod's tree is not cut into its nodes");
    tree_ = std::move(tree);
    return std::vector<wire::Message>();
  }
  std::vector<wire::Message> requests;
  wire::NodesRequest request;
  for (const Digest& digest : wanted_) {
    request.nodes.push_back(digest);
    if (request.nodes.size() < wire::kMaxNodes) continue;
    requests.emplace_back(std::exchange(request, {}));
  }
  if (!request.nodes.empty()) requests.emplace_back(std::move(request));
  replies_to_come_ = requests.size();
  asked_ = std::exchange(wanted_, {});
  return requests;
}

std::vector<wire::Message> TreeFetch::AskForAll() {
  replies_to_come_ = 0;
  whole_ = true;
  return {wire::TreeRequest{}};
}

void TreeFetch::OnTree(const wire::TreeReply& reply) {
  if (!whole_) return;
  for (const wire::PathEntry& item : reply.entries) {
    entries_.insert_or_assign(entries_.end(), item.path, item.entry);
  }
  if (reply.last) tree_ = Tree().With(std::exchange(entries_, {}));
}

}  // namespace hawser::sync
