// Writes and removes single files, directories and symlinks below sync roots, without ever leaving
// them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/sync/apply/directory_modes.h"
#include "lib/sync/store/content_reader.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

std::vector<std::string> PathsOf(const std::vector<wire::SyncRoot>& roots);

/// The container's files as one process sees them. Calls return 0 or an errno value. Directories
/// stay open between calls so that neighbours are cheap: use one object for one run. One thread.
class TargetFiles {
 public:
  /// `roots` are container paths. Where one holds another, the outer one is the boundary.
  TargetFiles(std::string container_root, ContentReader& store,
              const std::vector<std::string>& roots);

  /// The root that `path` is at or below; null for none.
  const std::string* RootOf(const std::string& path) const;
  /// True when there is one.
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
  /// The same where there is nothing yet, in a directory that nobody looks into: not atomic, and
  /// EEXIST when there is something.
  int MakeFile(const std::string& path, const Entry& entry);
  int PutSymlink(const std::string& path, const std::string& target);
  /// Renames; a filled directory does not give way.
  int Move(const std::string& from, const std::string& to);
  /// Removes a file, a symlink or an empty directory. What is gone, and a directory that is not
  /// empty, is no failure; `removed` says whether anything went.
  int Remove(const std::string& path, bool& removed);
  /// The same with all that is in it, as far as that is possible.
  void RemoveAll(const std::string& path);
  /// True when exactly `entry` is there already; a file is compared by digest. Its mtime is brought
  /// in line.
  bool Matches(const std::string& path, const Entry& entry);
  /// True when nothing is at `path` while its directory is there. A missing root is made.
  bool NothingAt(const std::string& path);
  /// True when both paths lead to one file or symlink.
  bool AreOneFile(const std::string& path, const std::string& other);
  /// True when the file or symlink at `path` has that name in the other case as well, its own or
  /// that of all directories below the root: nothing says which of them ignore case.
  bool IgnoresCase(const std::string& path);
  /// True when something is mounted at `path`, a directory or a file.
  bool IsMountPoint(const std::string& path);
  /// After EACCES at `path`: lets this user change what is in the directory that holds it, or in
  /// the closest one above that is there, until SettleModes. False when another user owns that;
  /// else it is worth another try.
  bool Loosen(const std::string& path);
  /// Gives directories that have more permissions than they are to have, because writing below them
  /// needs that, their final mode. Call at the end.
  void SettleModes();
  /// Leaves that to `other`.
  void LeaveModesTo(TargetFiles& other) { other.modes_.Add(modes_); }
  /// The names in the directory `path` (the root itself, or below one); empty when there is none.
  std::vector<std::string> List(const std::string& path);

 private:
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
  DirectoryModes modes_;
  std::set<std::string> made_;
};

}  // namespace hawser::sync
