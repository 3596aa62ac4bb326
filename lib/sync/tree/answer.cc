// Walks the nodes of a tree and gathers what was asked for.
#include "lib/sync/tree/answer.h"

#include <unordered_set>
#include <utility>

#include "lib/sync/tree/node.h"

namespace hawser::sync {

namespace {

constexpr size_t kPiece = 1000;  ///< entries and digests; far below the message limit

/// Gathers the nodes that are asked for, from the root down.
class NodeGatherer {
 public:
  explicit NodeGatherer(const wire::NodesRequest& request)
      : wanted_(request.nodes.begin(), request.nodes.end()) {}

  void Visit(const TreeNode& node) {
    if (wanted_.erase(node.digest) > 0) Take(node);
    for (const TreeNodePtr& child : node.children) {
      if (wanted_.empty()) return;
      Visit(*child);
    }
  }

  std::vector<wire::NodesReply> Finish() {
    piece_.last = true;
    replies_.push_back(std::move(piece_));
    return std::move(replies_);
  }

 private:
  void Take(const TreeNode& node) {
    const size_t size = node.level == 0 ? node.entries : node.children.size();
    if (size > kPiece) return;
    if (size_ + size > kPiece) {
      size_ = 0;
      replies_.push_back(std::exchange(piece_, {.nodes = {}, .last = false}));
    }
    size_ += size;
    wire::Node& out = piece_.nodes.emplace_back();
    out.level = node.level;
    for (const TreeNodePtr& child : node.children) out.children.push_back(child->digest);
    if (node.level > 0) return;
    for (LeafCursor cursor(node); cursor.Next();) {
      out.entries.push_back({.path = cursor.item().first, .entry = cursor.item().second});
    }
  }

  std::unordered_set<Digest, DigestHash> wanted_;
  std::vector<wire::NodesReply> replies_;
  wire::NodesReply piece_{.nodes = {}, .last = false};
  size_t size_ = 0;  ///< of the piece
};

}  // namespace

std::vector<wire::TreeReply> AnswerTree(const Tree& tree) {
  std::vector<wire::TreeReply> replies;
  wire::TreeReply piece{.entries = {}, .last = false};
  for (const auto& [path, entry] : tree) {
    if (piece.entries.size() == kPiece) {
      replies.push_back(std::exchange(piece, {.entries = {}, .last = false}));
    }
    piece.entries.push_back({.path = path, .entry = entry});
  }
  piece.last = true;
  replies.push_back(std::move(piece));
  return replies;
}

std::vector<wire::NodesReply> AnswerNodes(const Tree& tree, const wire::NodesRequest& request) {
  NodeGatherer gatherer(request);
  if (!tree.empty()) gatherer.Visit(*tree.root());
  return gatherer.Finish();
}

}  // namespace hawser::sync
