// Which inotify watch stands for which directory.
#include "lib/fs/watch_table.h"

#include <iterator>

#include "lib/fs/relative_path.h"

namespace hawser::fs {

void WatchTable::Set(int watch, const std::string& directory) {
  // A directory that was moved keeps its watch: only the newest name counts.
  Drop(watch);
  if (const auto old = by_directory_.find(directory); old != by_directory_.end()) {
    by_watch_.erase(old->second);
  }
  by_watch_[watch] = directory;
  by_directory_[directory] = watch;
}

const std::string* WatchTable::Find(int watch) const {
  const auto found = by_watch_.find(watch);
  return found == by_watch_.end() ? nullptr : &found->second;
}

std::vector<int> WatchTable::TakeTree(const std::string& directory) {
  std::vector<int> watches;
  for (auto item = by_directory_.lower_bound(directory);
       item != by_directory_.end() && item->first.starts_with(directory);) {
    item = IsWithin(item->first, directory) ? Take(item, watches) : std::next(item);
  }
  return watches;
}

std::vector<int> WatchTable::TakeIf(const std::function<bool(const std::string&)>& unwanted) {
  std::vector<int> watches;
  for (auto item = by_directory_.begin(); item != by_directory_.end();) {
    const bool take = !item->first.empty() && unwanted(item->first);
    item = take ? Take(item, watches) : std::next(item);
  }
  return watches;
}

WatchTable::ByDirectory::iterator WatchTable::Take(ByDirectory::iterator item,
                                                   std::vector<int>& watches) {
  watches.push_back(item->second);
  by_watch_.erase(item->second);
  return by_directory_.erase(item);
}

void WatchTable::Drop(int watch) {
  const auto found = by_watch_.find(watch);
  if (found == by_watch_.end()) return;
  by_directory_.erase(found->second);
  by_watch_.erase(found);
}

}  // namespace hawser::fs
