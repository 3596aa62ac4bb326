// Which inotify watch stands for which directory.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace hawser::fs {

/// Watch descriptors by directory (relative to the root, "" for the root) and back.
class WatchTable {
 public:
  void Set(int watch, const std::string& directory);
  /// The directory of a watch, or null when it is no longer known.
  const std::string* Find(int watch) const;
  bool Has(const std::string& directory) const { return by_directory_.contains(directory); }
  /// Forgets `directory` and all below it; returns their watches.
  std::vector<int> TakeTree(const std::string& directory);
  /// Forgets the directories for which `unwanted` is true; returns their watches.
  std::vector<int> TakeIf(const std::function<bool(const std::string&)>& unwanted);
  /// The kernel dropped the watch.
  void Drop(int watch);

 private:
  using ByDirectory = std::map<std::string, int>;

  /// Forgets one directory, adds its watch, and returns what follows.
  ByDirectory::iterator Take(ByDirectory::iterator item, std::vector<int>& watches);

  std::unordered_map<int, std::string> by_watch_;
  ByDirectory by_directory_;
};

}  // namespace hawser::fs
