// The agent's half of a comparison of trees: its tree, or some nodes of it, as messages.
#pragma once

#include <vector>

#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// The whole tree, in pieces that any message can hold; the last says so.
std::vector<wire::TreeReply> AnswerTree(const Tree& tree);

/// Those nodes of `tree` that `request` names, in pieces. Left out are nodes that the tree does not
/// have, and leaves that are too large for a piece.
std::vector<wire::NodesReply> AnswerNodes(const Tree& tree, const wire::NodesRequest& request);

}  // namespace hawser::sync
