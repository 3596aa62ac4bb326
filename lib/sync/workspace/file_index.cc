// What the workspace's files were when last looked at, so that only changed ones are read again.
#include "lib/sync/workspace/file_index.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/beneath.h"
#include "lib/fs/list_names.h"
#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/file_readers.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

using Known = FileIndex::Known;

std::string ErrorText(int error) {
  return std::generic_category().message(error);
}

/// True when a symlink at the container path `at` leads out of every directory the rules write to.
bool Escapes(const Rules& rules, const std::string& at, const std::string& target) {
  if (target.starts_with('/')) return true;
  const std::string parent = at.substr(0, at.rfind('/'));
  const Result<std::string> resolved = fs::NormaliseRelative(parent + "/" + target);
  if (!resolved.ok()) return true;
  const std::string path = "/" + *resolved;
  return std::none_of(rules.rules().begin(), rules.rules().end(),
                      [&](const Rule& rule) { return wire::IsInside(path, rule.to); });
}

bool SameForSnapshots(const Known& a, const Known& b) {
  return a.goes == b.goes && a.problem == b.problem && a.entry.SameContent(b.entry);
}

/// A stamp that no file has, as none has the inode 0: for content that is worth remembering
/// although a later write of its file may not show.
FileStamp NoFilesStamp(uint64_t size) {
  return {.size = size};
}

/// Adds where `a` has what `b` has not, or has otherwise.
void AddDifferences(const FileIndex::Files& a, const FileIndex::Files& b,
                    FileIndex::Changes& changes) {
  for (const auto& [path, known] : a) {
    if (!known.goes.exists()) continue;
    const auto other = b.find(path);
    if (other != b.end() && SameForSnapshots(known, other->second)) continue;
    changes.paths.insert(changes.paths.end(), path);
    changes.containers.insert(changes.containers.end(), known.goes.Of(path));
  }
}

/// True when what was found at and below `paths` shows that an ignore file that `rules` were made
/// from is gone, or that a rule starts from something else now.
bool ShowsOtherRules(const Rules& rules, const std::set<std::string>& paths,
                     const FileIndex::Files& found) {
  for (const Rule& rule : rules.rules()) {
    if (rule.source == SourceKind::kUnknown || rule.from.empty()) continue;
    const auto now = found.find(rule.from);
    if (now == found.end()) continue;
    const bool is_directory = now->second.entry.kind == EntryKind::kDirectory;
    if ((rule.source == SourceKind::kDirectory) != is_directory) return true;
    if (rule.source == SourceKind::kMissing) return true;
  }
  if (rules.ignore_files() == nullptr) return false;
  const FileStamps& files = *rules.ignore_files();
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    for (auto file = files.lower_bound(path); file != files.end(); ++file) {
      if (!file->first.starts_with(path)) break;
      if (fs::IsWithin(file->first, path) && !found.contains(file->first)) return true;
    }
    return false;
  });
}

}  // namespace

/// One look: moves through the directories and notes what is there.
class FileIndex::Walk {
 public:
  /// `before` is what was known below the path to look at. What is new or changed goes to
  /// `readers`, which may read it at once.
  Walk(const Rules& rules, bool decide_again, const Files& before, const StatCache& remembered,
       const LookOptions& options, Destination::Beginnings& beginnings, Files& found,
       FileReaders& readers)
      : rules_(rules),
        decide_again_(decide_again),
        before_(before),
        remembered_(remembered),
        max_size_(options.max_size),
        beginnings_(beginnings),
        found_(found),
        readers_(readers) {}

  /// True when an ignore file was found that the rules were not made from.
  bool outdated() const { return outdated_; }

  /// True when a file was left for later because of its size since the last call.
  bool TookNotAll() { return std::exchange(left_some_, false); }

  void Visit(int parent, const std::string& name, const std::string& path) {
    struct stat info {};
    if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) Keep(path, errno);
      return;
    }
    if (S_ISDIR(info.st_mode)) return VisitDirectory(parent, name, path, info);
    if (S_ISREG(info.st_mode) && static_cast<uint64_t>(info.st_size) > max_size_) {
      return LeaveForLater(path);
    }
    Known& known = Note(path, info, false);
    // As all names of ignore files do.
    if (name.starts_with('.') && rules_.OutdatedBy(path, known.stamp)) outdated_ = true;
    if (!known.goes.exists() || !known.problem.empty()) return;
    if (S_ISREG(info.st_mode)) {
      NoteFile(path, info, known);
    } else if (S_ISLNK(info.st_mode)) {
      ReadLink(parent, name, path, known);
    } else {
      known.problem = "is neither a file, a directory nor a symbolic link";
    }
  }

  /// 0, or the errno why the names in `directory` are not known; nothing was visited then.
  int VisitChildren(int directory, const std::string& path) {
    std::vector<fs::ListedName> names;
    if (const int error = fs::ListNames(directory, names); error != 0) return error;
    // What is found in order is cheaper to look up, and to put where it belongs.
    std::sort(names.begin(), names.end(),
              [](const auto& one, const auto& other) { return one.name < other.name; });
    for (const auto& [name, type] : names) Visit(directory, name, fs::Join(path, name));
    return 0;
  }

  /// What can't be read now stays as it was: it is not known to be gone.
  void Keep(const std::string& path, int error) {
    const auto keep = [&](Files::const_iterator begin, Files::const_iterator end) {
      for (; begin != end; ++begin) KeepOne(begin->first, begin->second, error);
    };
    keep(before_.lower_bound(path + '/'), before_.lower_bound(path + '0'));
    if (const auto self = before_.find(path); self != before_.end()) keep(self, std::next(self));
    const auto known = found_.find(path);
    if (known == found_.end()) return;
    known->second.problem = ErrorText(error);
    known->second.settled = false;
  }

 private:
  void KeepOne(const std::string& path, Known known, int error) {
    const bool is_directory = known.entry.kind == EntryKind::kDirectory;
    if (decide_again_) known.goes = Decide(path, is_directory);
    const bool unread = known.entry.kind == EntryKind::kFile && known.entry.digest.IsZero();
    if (known.goes.exists() && unread && known.problem.empty()) known.problem = ErrorText(error);
    found_.insert_or_assign(path, std::move(known));
  }

  Destination Decide(const std::string& path, bool is_directory) const {
    const std::optional<std::string> container = rules_.Map(path, is_directory);
    return container ? Destination(path, *container, beginnings_) : Destination();
  }

  void LeaveForLater(const std::string& path) {
    left_some_ = true;
    if (const Known* before = Before(path)) found_[path] = *before;
  }

  void VisitDirectory(int parent, const std::string& name, const std::string& path,
                      const struct stat& info) {
    if (rules_.SkipDirectory(path)) return;
    Known& known = Note(path, info, true);
    if (!known.problem.empty()) return;  // what is below has an even longer path
    known.entry.kind = EntryKind::kDirectory;
    known.entry.mode = info.st_mode & 0777;
    const UniqueFd fd(
        ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const int error = fd.valid() ? VisitChildren(fd.get(), path) : errno;
    if (error != 0) Keep(path, error);
  }

  const Known* Before(const std::string& path) const {
    const auto known = before_.find(path);
    return known == before_.end() ? nullptr : &known->second;
  }

  Known& Note(const std::string& path, const struct stat& info, bool is_directory) {
    Known known;
    known.stamp = StampOf(info);
    const Known* before = Before(path);
    const bool was_directory = before != nullptr && before->entry.kind == EntryKind::kDirectory;
    if (!decide_again_ && before != nullptr && was_directory == is_directory) {
      known.goes = before->goes;
    } else {
      known.goes = Decide(path, is_directory);
    }
    if (known.goes.exists()) known.problem = wire::CheckPath(known.goes.Of(path)).message();
    return found_.insert_or_assign(found_.end(), path, std::move(known))->second;
  }

  /// Takes what an earlier run knew of the file. False when that is nothing, or out of date.
  bool Recall(const std::string& path, const struct stat& info, Known& known) {
    const bool is_next = next_ != remembered_.end() && next_->first == path;
    const auto recalled = is_next ? next_ : remembered_.find(path);
    if (recalled == remembered_.end()) return false;
    next_ = std::next(recalled);
    if (recalled->second.stamp != known.stamp) return false;
    known.settled = true;
    SetFileEntry(info, recalled->second.digest, known.entry);
    return true;
  }

  /// Notes a file, to be read unless it is known what it holds.
  void NoteFile(const std::string& path, const struct stat& info, Known& known) {
    const Known* before = Before(path);
    if (before != nullptr && before->settled && before->stamp == known.stamp) {
      known.entry = before->entry;
      known.settled = true;
      return;
    }
    if (before == nullptr && Recall(path, info, known)) return;
    readers_.Add({&found_.find(path)->first, before, &known});
  }

  void ReadLink(int parent, const std::string& name, const std::string& path, Known& known) {
    std::array<char, 4096> target{};
    const ssize_t size = ::readlinkat(parent, name.c_str(), target.data(), target.size());
    known.entry.kind = EntryKind::kSymlink;
    known.entry.mode = 0;
    if (size <= 0 || size == static_cast<ssize_t>(target.size())) {
      known.problem = "is a symbolic link that can't be read";
      return;
    }
    known.entry.target.assign(target.data(), static_cast<size_t>(size));
    if (Escapes(rules_, known.goes.Of(path), known.entry.target)) {
      known.problem = "is a symbolic link that leads out of what is synced: " + known.entry.target;
    }
  }

  const Rules& rules_;
  const bool decide_again_;
  const Files& before_;
  const StatCache& remembered_;
  StatCache::const_iterator next_ = remembered_.begin();  ///< after what was recalled last
  const uint64_t max_size_;
  Destination::Beginnings& beginnings_;
  bool left_some_ = false;
  bool outdated_ = false;
  Files& found_;
  FileReaders& readers_;
};

FileIndex::Files FileIndex::TakeOut(const std::set<std::string>& paths) {
  Files taken;
  // At and below a path is two ranges: names like "a.b" sort between "a" and "a/".
  const auto take = [&](Files::iterator begin, Files::iterator end) {
    while (begin != end) taken.insert(taken.end(), files_.extract(begin++));
  };
  for (const std::string& path : paths) {
    if (path.empty()) return std::exchange(files_, {});
    if (const auto self = files_.find(path); self != files_.end()) take(self, std::next(self));
    take(files_.lower_bound(path + '/'), files_.lower_bound(path + '0'));
  }
  return taken;
}

Result<std::set<std::string>> FileIndex::Look(int root, const std::set<std::string>& paths,
                                              Changes& changes, const LookOptions& options) {
  std::set<std::string> left;
  Files before = TakeOut(paths);
  Files found;
  FileReaders readers(root, {options.content, &blocks_});
  Walk walk(*rules_, decide_again_, before, remembered_, options, beginnings_, found, readers);
  OpenDirectory parent;
  int error = 0;
  for (const std::string& path : paths) {
    const auto [above, name] = SplitPath(path);
    if (!parent.fd.valid() || parent.path != above) {
      parent = {fs::OpenBeneath(root, above, O_RDONLY | O_DIRECTORY), above};
      error = parent.fd.valid() ? 0 : errno;
    }
    if (path.empty()) {
      if (parent.fd.valid()) error = walk.VisitChildren(parent.fd.get(), "");
      if (error == 0) continue;
      files_ = std::move(before);
      return UnavailableError(ErrnoStatus(error, "the workspace can't be read").message());
    }
    if (parent.fd.valid()) {
      walk.Visit(parent.fd.get(), name, path);
    } else if (error != ENOENT && error != ENOTDIR && error != ELOOP) {
      walk.Keep(path, error);
    }
    if (walk.TookNotAll()) left.insert(path);
  }
  readers.Finish(std::move(parent));
  reads_ += readers.count();
  if (paths.contains("")) {
    remembered_.clear();
    decide_again_ = false;
  }
  outdated_ = outdated_ || walk.outdated() || ShowsOtherRules(*rules_, paths, found);
  AddDifferences(before, found, changes);
  AddDifferences(found, before, changes);
  files_.merge(found);
  return left;
}

void FileIndex::Remember(StatCache cache) {
  for (auto& [path, known] : cache) {
    if (!known.blocks.empty()) blocks_.Put(known.digest, std::exchange(known.blocks, {}));
  }
  remembered_ = std::move(cache);
}

StatCache FileIndex::ToRemember() const {
  StatCache cache;
  for (const auto& [path, known] : files_) {
    if (known.entry.digest.IsZero()) continue;
    const KnownBlocks::Blocks blocks = blocks_.Find(known.entry.digest);
    if (!known.settled && blocks == nullptr) continue;
    const FileStamp stamp = known.settled ? known.stamp : NoFilesStamp(known.entry.size);
    cache.emplace_hint(
        cache.end(), path,
        StampedDigest{stamp, known.entry.digest, blocks == nullptr ? BlockDigests() : *blocks});
  }
  return cache;
}

}  // namespace hawser::sync
