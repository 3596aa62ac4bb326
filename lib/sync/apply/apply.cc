// Brings files of the container to their staged state: atomic per file, never outside a root.
#include "lib/sync/apply/apply.h"

#include <errno.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "lib/base/threads.h"
#include "lib/fs/file.h"
#include "lib/sync/apply/case_twins.h"
#include "lib/sync/apply/problem.h"
#include "lib/sync/apply/target_files.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

/// What stands at `path` once `puts` are there; nothing when they don't say.
std::optional<EntryKind> KindAt(const TreeEdits& puts, const std::string& path) {
  const auto put = puts.find(path);
  if (put == puts.end() || !put->second.has_value()) return std::nullopt;
  return put->second->kind;
}

std::optional<EntryKind> KindAt(const Tree& puts, const std::string& path) {
  const std::optional<Entry> entry = puts.Find(path);
  if (!entry.has_value()) return std::nullopt;
  return entry->kind;
}

bool HasBelow(const TreeEdits& puts, const std::string& path) {
  const std::string prefix = path + "/";
  for (auto put = puts.lower_bound(prefix); put != puts.end() && put->first.starts_with(prefix);
       ++put) {
    if (put->second.has_value()) return true;
  }
  return false;
}

bool HasBelow(const Tree& puts, const std::string& path) {
  return puts.HasBelow(path);
}

template <typename Puts>
bool BelowANonDirectory(const Puts& puts, const std::string& path) {
  for (size_t slash = path.rfind('/'); slash != 0; slash = path.rfind('/', slash - 1)) {
    const std::optional<EntryKind> above = KindAt(puts, path.substr(0, slash));
    if (above.has_value()) return *above != EntryKind::kDirectory;
  }
  return false;
}

bool IsRoot(const std::string& path, const std::vector<wire::SyncRoot>& roots) {
  return std::any_of(roots.begin(), roots.end(),
                     [&](const wire::SyncRoot& root) { return root.path == path; });
}

/// One run over the container's files.
class Run {
 public:
  Run(const std::string& container_root, ContentReader& store,
      const std::vector<wire::SyncRoot>& roots)
      : files_(container_root, store, PathsOf(roots)) {}

  /// Removals that make room for what `puts` bring come first; the others wait for Finish. `Puts`
  /// is a tree or edits.
  template <typename Puts>
  void MakeRoom(std::vector<std::string> removals, const Puts& puts) {
    std::sort(removals.rbegin(), removals.rend());
    for (std::string& path : removals) {
      if (HasBelow(puts, path) || BelowANonDirectory(puts, path)) {
        Remove(path);
      } else {
        last_.push_back(std::move(path));
      }
    }
    if (!last_.empty()) put_paths_.emplace(puts);
  }

  void Put(const std::string& path, const Entry& entry) {
    if (const int error = TryPut(path, entry); error != 0) {
      Fail(path, error);
    } else {
      ++report_.written;
      report_.bytes += entry.size;
    }
  }

  void PutUnlessThere(const std::string& path, const Entry& entry) {
    if (!files_.Covers(path) || !files_.Matches(path, entry)) Put(path, entry);
  }

  /// True when this run made the directory that `path` lies in: nothing of the session is there.
  bool MadeParentOf(const std::string& path) const { return files_.Made(wire::ParentOf(path)); }

  /// What another run did for this one, on whose directories this one goes on working.
  void Add(Run part) {
    part.files_.LeaveModesTo(files_);
    ApplyReport report = part.Finish();
    report_.written += report.written;
    report_.removed += report.removed;
    report_.bytes += report.bytes;
    std::move(report.problems.begin(), report.problems.end(), std::back_inserter(report_.problems));
  }

  ApplyReport Finish() {
    for (const std::string& path : last_) Remove(path);
    files_.SettleModes();
    return std::move(report_);
  }

  /// Removes what `tree` does not hold, where the session asks for that.
  void RemoveExtraneous(const std::vector<wire::SyncRoot>& roots, const Tree& tree) {
    for (const wire::SyncRoot& root : roots) {
      if (root.delete_extraneous) RemoveUnknown(root.path, roots, tree);
    }
  }

  /// Asks one thing that is put in each directory.
  void LookWhetherCaseIsIgnored(const TreeEdits& edits) {
    std::string directory;
    for (const auto& [path, entry] : edits) {
      if (!entry.has_value() || entry->kind == EntryKind::kDirectory) continue;
      if (wire::ParentOf(path) == directory) continue;
      directory = wire::ParentOf(path);
      report_.ignores_case = files_.IgnoresCase(path);
      if (report_.ignores_case) return;
    }
  }

  /// To be asked once all is put.
  void TellCollisions(const std::vector<CaseTwins>& groups) {
    for (const CaseTwins& twins : groups) {
      for (const std::string& path : twins) {
        const auto other = std::find_if(twins.begin(), twins.end(), [&](const std::string& each) {
          return each != path && files_.AreOneFile(path, each);
        });
        if (other != twins.end()) report_.problems.push_back(MakeCollision(path, *other));
      }
    }
  }

  /// Removes what a run that was killed left in the roots and beside its files, also beside those
  /// that went since.
  void RemoveTemporaries(const std::vector<wire::SyncRoot>& roots, const Tree& tree,
                         const std::set<std::string>& removed) {
    std::set<std::string> directories;
    for (const wire::SyncRoot& root : roots) directories.insert(root.path);
    for (const auto& [path, entry] : tree) directories.insert(wire::ParentOf(path));
    for (const std::string& path : removed) directories.insert(wire::ParentOf(path));
    for (const std::string& directory : directories) {
      if (!files_.Covers(directory)) continue;
      for (const std::string& name : files_.List(directory)) {
        if (fs::IsTemporaryName(name)) files_.RemoveAll(directory + "/" + name);
      }
    }
  }

  /// Takes what is in place already as put.
  void Count(const Entry& entry) {
    ++report_.written;
    report_.bytes += entry.size;
  }

 private:
  int TryPut(const std::string& path, const Entry& entry) {
    if (!files_.Covers(path)) return EXDEV;
    const int error = PutOnce(path, entry);
    return error == EACCES && files_.Loosen(path) ? PutOnce(path, entry) : error;
  }

  int PutOnce(const std::string& path, const Entry& entry) {
    switch (entry.kind) {
      case EntryKind::kDirectory:
        return files_.PutDirectory(path, entry.mode);
      case EntryKind::kSymlink:
        return files_.PutSymlink(path, entry.target);
      case EntryKind::kFile:
        return files_.PutFile(path, entry);
    }
    return EINVAL;
  }

  /// Removes what is below `directory` but not in `tree`, deepest first. What lies in another root
  /// is for that one to decide; what is mounted is nobody's leftover.
  void RemoveUnknown(const std::string& directory, const std::vector<wire::SyncRoot>& roots,
                     const Tree& tree) {
    for (const std::string& name : files_.List(directory)) {
      const std::string path = directory + "/" + name;
      const std::optional<EntryKind> wanted = KindAt(tree, path);
      if (wanted.has_value() && *wanted != EntryKind::kDirectory) continue;
      if (IsRoot(path, roots) || files_.IsMountPoint(path)) continue;
      RemoveUnknown(path, roots, tree);
      if (wanted.has_value() || HasBelow(tree, path)) continue;
      if (!put_paths_.has_value()) put_paths_.emplace(tree);
      Remove(path);
    }
  }

  void Remove(const std::string& path) {
    // A root that the session gave up: what is there stays.
    if (!files_.Covers(path) || IsPutInOtherCase(path)) return;
    bool removed = false;
    int error = files_.Remove(path, removed);
    if (error == EACCES && files_.Loosen(path)) error = files_.Remove(path, removed);
    if (error != 0) return Fail(path, error);
    report_.removed += removed ? 1 : 0;
  }

  /// Where case is ignored, what stands at a path may be what was put at another.
  bool IsPutInOtherCase(const std::string& path) {
    if (!put_paths_.has_value()) return false;
    const CaseTwins twins = put_paths_->TwinsOf(path);
    return std::any_of(twins.begin(), twins.end(),
                       [&](const std::string& twin) { return files_.AreOneFile(path, twin); });
  }

  void Fail(const std::string& path, int error) {
    report_.problems.push_back(MakeProblem(path, files_.RealPath(path), error));
  }

  TargetFiles files_;
  std::vector<std::string> last_;
  std::optional<FoldedPaths> put_paths_;  ///< once something is to be removed after the puts
  ApplyReport report_;
};

/// Files and symlinks that are in place before the run, asked for in path order.
class InPlace {
 public:
  explicit InPlace(const Tree& placed) : at_(placed.begin()) {}

  bool Has(const std::string& path, const Entry& entry) {
    if (entry.kind == EntryKind::kDirectory) return false;  // its mode is still to be set
    while (at_ != nullptr && at_->first < path) ++at_;
    return at_ != nullptr && at_->first == path;
  }

 private:
  TreeIterator at_;
};

/// What was prepared and is not in `edits`, or differs there.
std::vector<std::string> Unwanted(const Tree& prepared, const TreeEdits& edits) {
  std::vector<std::string> unwanted;
  for (const auto& [path, entry] : prepared) {
    const auto edit = edits.find(path);
    const bool wanted = edit != edits.end() && edit->second.has_value();
    if (!wanted || !edit->second->SameContent(entry)) unwanted.push_back(path);
  }
  return unwanted;
}

std::vector<std::string> Unwanted(const Tree& prepared, const Tree& tree) {
  std::vector<std::string> unwanted;
  for (const TreeChange& change : Diff(prepared, tree)) {
    if (change.before.has_value()) unwanted.push_back(change.path);
  }
  return unwanted;
}

/// Puts in place what was prepared and is part of a tree or edits; what is there now.
template <typename Puts>
Tree PlacePrepared(PreparedFiles* prepared, const Puts& puts) {
  return prepared == nullptr ? Tree() : prepared->Place(Unwanted(prepared->tree(), puts));
}

/// One thing to put.
struct PendingPut {
  std::string path;
  Entry entry;
  bool in_new_directory = false;  ///< there is nothing to compare it with
};

/// Puts files and symlinks, which come in any order once their directories are there.
class Putting {
 public:
  /// `put` is Run::Put or Run::PutUnlessThere.
  using Put = void (Run::*)(const std::string& path, const Entry& entry);

  Putting(const std::string& container_root, ContentReader& store,
          const std::vector<wire::SyncRoot>& roots, Put put)
      : container_root_(container_root), store_(store), roots_(roots), put_(put) {}

  /// Directories at once, by `run`; the rest once there is much of it, or by Finish.
  void Add(const std::string& path, const Entry& entry, Run& run) {
    if (entry.kind == EntryKind::kDirectory) {
      (run.*put_)(path, entry);
    } else {
      items_.push_back({path, entry, run.MadeParentOf(path)});
      if (items_.size() == kMostItems) Finish(run);
    }
  }

  /// Many are shared out among threads: most of the time goes into waiting for the kernel.
  void Finish(Run& run) {
    std::mutex mutex;
    InParts(items_.size(), kItemsPerThread, [&](size_t begin, size_t end) {
      Run part = PutPart(begin, end);
      const std::lock_guard lock(mutex);
      run.Add(std::move(part));
    });
    items_.clear();
  }

 private:
  static constexpr size_t kItemsPerThread = 64;
  static constexpr size_t kMostItems = 4096;

  /// Neighbours stay together: they share an open directory.
  Run PutPart(size_t begin, size_t end) const {
    Run run(container_root_, store_, roots_);
    for (size_t i = begin; i < end; ++i) {
      const PendingPut& item = items_[i];
      (run.*(item.in_new_directory ? &Run::Put : put_))(item.path, item.entry);
    }
    return run;
  }

  const std::string& container_root_;
  ContentReader& store_;
  const std::vector<wire::SyncRoot>& roots_;
  const Put put_;
  std::vector<PendingPut> items_;
};

}  // namespace

Applier::Applier(std::string container_root, ContentReader& store,
                 std::vector<wire::SyncRoot> roots)
    : container_root_(std::move(container_root)), store_(store), roots_(std::move(roots)) {}

ApplyReport Applier::Apply(const TreeEdits& edits, PreparedFiles* prepared) {
  Run run(container_root_, store_, roots_);
  std::vector<std::string> removals;
  for (const auto& [path, entry] : edits) {
    if (!entry.has_value()) removals.push_back(path);
  }
  run.MakeRoom(std::move(removals), edits);
  const Tree placed = PlacePrepared(prepared, edits);
  InPlace in_place(placed);
  Putting putting(container_root_, store_, roots_, &Run::Put);
  for (const auto& [path, entry] : edits) {
    if (!entry.has_value()) continue;
    in_place.Has(path, *entry) ? run.Count(*entry) : putting.Add(path, *entry, run);
  }
  putting.Finish(run);
  run.TellCollisions(FindCaseTwins(edits));
  run.LookWhetherCaseIsIgnored(edits);
  return run.Finish();
}

void Applier::AddCollisions(const TreeEdits& edits, const Tree& tree, ApplyReport& report) {
  std::vector<CaseTwins> groups = FindCaseTwins(tree);
  std::erase_if(groups, [&](const CaseTwins& twins) {
    return std::none_of(twins.begin(), twins.end(),
                        [&](const std::string& path) { return KindAt(edits, path).has_value(); });
  });
  Run run(container_root_, store_, roots_);
  run.TellCollisions(groups);
  std::set<std::string> told;
  for (const wire::Problem& problem : report.problems) told.insert(problem.path);
  for (wire::Problem& problem : run.Finish().problems) {
    if (!told.contains(problem.path)) report.problems.push_back(std::move(problem));
  }
}

ApplyReport Applier::Converge(const Tree& tree, const std::set<std::string>& removed,
                              PreparedFiles* prepared) {
  Run run(container_root_, store_, roots_);
  const Tree placed = PlacePrepared(prepared, tree);
  InPlace in_place(placed);
  run.RemoveTemporaries(roots_, tree, removed);
  std::vector<std::string> removals;
  for (const std::string& path : removed) {
    if (!tree.contains(path)) removals.push_back(path);
  }
  run.MakeRoom(std::move(removals), tree);
  Putting putting(container_root_, store_, roots_, &Run::PutUnlessThere);
  for (const auto& [path, entry] : tree) {
    in_place.Has(path, entry) ? run.Count(entry) : putting.Add(path, entry, run);
  }
  putting.Finish(run);
  run.TellCollisions(FindCaseTwins(tree));
  run.RemoveExtraneous(roots_, tree);
  return run.Finish();
}

void Applier::Tidy() {
  Run(container_root_, store_, roots_).RemoveTemporaries(roots_, {}, {});
}

}  // namespace hawser::sync
