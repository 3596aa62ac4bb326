// An immutable snapshot of files: what the workspace wants in the container, or what the agent
// confirmed.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/base/digest.h"
#include "lib/wire/entry.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

using wire::Entry;
using wire::EntryKind;

/// Container path (absolute, normalised) -> entry, in path order. A directory sorts before its
/// children.
using Tree = std::map<std::string, Entry>;

/// Snapshots are shared between threads and never change.
using TreePtr = std::shared_ptr<const Tree>;

/// Identifies a tree: SHA-256 over path, kind, mode, size, digest and target of each entry in order
/// (mtimes excluded, so that a touched file changes nothing). The empty tree has a digest that is
/// not zero. Format: wire/PROTOCOL.md.
Digest TreeDigest(const Tree& tree);

}  // namespace hawser::sync
