// Writes and removes single files, directories and symlinks below sync roots, without ever leaving
// them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/sync/store/content_reader.h"
#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// The container's files as one process sees them. Calls return 0 or an errno value. Directories
/// stay open between calls so that neighbours are cheap: use one object for one run. One thread.
class TargetFiles {
 public:
  /// `roots` are container paths. Where one holds another, the outer one is the boundary.
  TargetFiles(std::string container_root, ContentReader& store,
              const std::vector<std::string>& roots);

  /// True when `path` is at or below a root.
  bool Covers(const std::string& path) const { return RootOf(path) != nullptr; }
  /// Where `path` is for this process.
  std::string RealPath(const std::string& path) const { return container_root_ + path; }

  /// Makes the directory, in place of whatever else is there; missing parents too.
  int PutDirectory(const std::string& path, uint32_t mode);
  /// True when this object's PutDirectory made the directory, where there was nothing before.
  bool Made(const std::string& path) const { return made_.contains(path); }
  /// Copies the content from the store beside its place and renames it over whatever is there but a
  /// filled directory.
  int PutFile(const std::string& path, const Entry& entry);
  int PutSymlink(const std::string& path, const std::string& target);
  /// Removes a file, a symlink or an empty directory. What is gone, and a directory that is not
  /// empty, is no failure; `removed` says whether anything went.
  int Remove(const std::string& path, bool& removed);
  /// True when exactly `entry` is there already; a file is compared by digest. Its mtime is brought
  /// in line.
  bool Matches(const std::string& path, const Entry& entry);
  /// True when both paths lead to one file or symlink.
  bool AreOneFile(const std::string& path, const std::string& other);
  /// Gives directories made with fewer permissions than writing below them needs their final mode.
  /// Call at the end.
  void SettleModes();
  /// The names in the directory `path` (the root itself, or below one); empty when there is none.
  std::vector<std::string> List(const std::string& path);

 private:
  const std::string* RootOf(const std::string& path) const;
  /// The directory that holds `path`; `name` becomes its last component. With `make`, missing ones
  /// are made.
  int OpenParent(const std::string& path, bool make, int& parent, std::string& name);
  int OpenDirectory(const std::string& directory, bool make, int& fd);
  int OpenFresh(const std::string& directory, bool make, UniqueFd& fd);

  std::string container_root_;
  ContentReader& store_;
  std::vector<std::string> roots_;
  std::string held_path_;  ///< the directory last opened
  UniqueFd held_;
  std::map<std::string, uint32_t> modes_to_settle_;
  std::set<std::string> made_;
};

}  // namespace hawser::sync
