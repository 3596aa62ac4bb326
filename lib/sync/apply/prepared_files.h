// Directories that the container does not have yet, filled out of sight while the rest of their
// batch arrives.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/sync/apply/target_files.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// A new directory is built below a temporary name in its root, and appears by one rename with all
/// that is in it. What can't be prepared, for whatever reason, is left to the applier. One thread.
class PreparedFiles {
 public:
  /// As Applier's.
  PreparedFiles(const std::string& container_root, ContentReader& store,
                std::vector<wire::SyncRoot> roots);
  /// Removes what was not placed.
  ~PreparedFiles();
  PreparedFiles(const PreparedFiles&) = delete;
  PreparedFiles& operator=(const PreparedFiles&) = delete;

  const std::vector<wire::SyncRoot>& roots() const { return roots_; }

  /// Writes those of `entries` that lie in directories which are not there, those directories
  /// before what is in them.
  void Add(const std::vector<wire::PathEntry>& entries);
  /// What is written.
  const Tree& tree() const { return tree_; }

  /// Puts the directories in their places, without `unwanted` (ascending paths of tree()). Returns
  /// what of tree() is in place now; modes of directories are still to be set. Call once.
  Tree Place(const std::vector<std::string>& unwanted);

 private:
  struct HiddenFile {
    const wire::PathEntry* item = nullptr;
    std::string hidden;  ///< where it is written
    bool written = false;
  };

  /// Where `path` is built; "" when it can't be.
  std::string Hidden(const std::string& path) const;
  /// The same for an entry to add, which may begin a new directory.
  std::string Choose(const wire::PathEntry& item);
  /// Many files are shared out among threads.
  void Write(std::vector<HiddenFile>& files) const;
  /// The hidden directory of the root that holds `path`; "" when it can't be made.
  const std::string& BaseFor(const std::string& path);
  void RemoveHidden();

  const std::string container_root_;
  ContentReader& store_;
  const std::vector<wire::SyncRoot> roots_;
  TargetFiles files_;
  Tree tree_;
  std::map<std::string, std::string> bases_;   ///< by root
  std::map<std::string, std::string> hidden_;  ///< by path, of each directory that is written
  std::set<std::string> tops_;                 ///< the directories to be renamed
};

}  // namespace hawser::sync
