// Brings files of the container to their staged state: atomic per file, never outside a root.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "lib/sync/apply/prepared_files.h"
#include "lib/sync/store/content_reader.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

struct ApplyReport {
  std::vector<wire::Problem>
      problems;  ///< one for each path that is not as it should be: try those again
  uint64_t written = 0;
  uint64_t removed = 0;
  uint64_t bytes = 0;
  bool ignores_case = false;  ///< the file system of something that Apply put
};

/// Applies trees below the session's roots in this process's own file system view. Every path is
/// resolved beneath its root (openat2, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS); files are written
/// beside their place and renamed over it.
class Applier {
 public:
  /// `container_root` is "/" but in tests. The store must be readable by this process's user.
  Applier(std::string container_root, ContentReader& store, std::vector<wire::SyncRoot> roots);

  /// Makes the container hold what `edits` put and not hold what they remove, in the order of rule
  /// 5.2: directories, files and symlinks, then removals; missing roots are made. Nothing else is
  /// touched. A path that fails is a problem; the rest goes on. What of `prepared` (may be null) is
  /// part of the edits need not be written.
  ApplyReport Apply(const TreeEdits& edits, PreparedFiles* prepared = nullptr);

  /// After Apply: adds a problem for each path of `edits` that came to be one file with what is
  /// there under another case, and for that. `tree` is all there is, the edits included; it is
  /// searched whole, which is worth it where the report says that case is ignored.
  void AddCollisions(const TreeEdits& edits, const Tree& tree, ApplyReport& report);

  /// Makes a container whose state is unknown hold `tree` and not hold `removed`: files that
  /// already match by digest stay.
  ApplyReport Converge(const Tree& tree, const std::set<std::string>& removed,
                       PreparedFiles* prepared = nullptr);

  /// Removes what a process that was killed left in the roots, where no tree is known.
  void Tidy();

 private:
  std::string container_root_;
  ContentReader& store_;
  std::vector<wire::SyncRoot> roots_;
};

}  // namespace hawser::sync
