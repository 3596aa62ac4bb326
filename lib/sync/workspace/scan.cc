// Turns the workspace into snapshots, hashing only what changed.
#include "lib/sync/workspace/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/file_index.h"

namespace hawser::sync {

namespace {

/// Reading so many files again would be felt; fewer are saved at the end.
constexpr uint64_t kReadsWorthSaving = 1000;

/// Larger files are read once they came to rest.
constexpr uint64_t kMaxAhead = 256 << 10;

bool HasParentIn(const std::set<std::string>& paths, const std::string& path) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    if (paths.contains(path.substr(0, slash))) return true;
  }
  return false;
}

/// What is dirty but for what another dirty path covers.
std::set<std::string> Outermost(const std::vector<std::string>& paths) {
  const std::set<std::string> all(paths.begin(), paths.end());
  if (all.contains("")) return {""};
  std::set<std::string> outer;
  for (const std::string& path : all) {
    if (!HasParentIn(all, path)) outer.insert(outer.end(), path);
  }
  return outer;
}

class DirectoryScanner final : public Scanner {
 public:
  DirectoryScanner(std::string root, Rules rules, const struct stat& identity,
                   std::string stat_cache)
      : root_(std::move(root)),
        rules_(std::make_shared<const Rules>(std::move(rules))),
        device_(identity.st_dev),
        inode_(identity.st_ino),
        stat_cache_(std::move(stat_cache)),
        index_(*rules_, *blocks_) {
    if (stat_cache_.empty()) return;
    Result<StatCache> cache = LoadStatCache(stat_cache_);
    if (cache.ok()) index_.Remember(std::move(cache).value());
  }
  ~DirectoryScanner() override { SaveCache(); }

  Result<ScanResult> ScanAll() override {
    if (content_ != nullptr) content_->Clear();
    return Scan({""}, TimePoint{}, content_);
  }

  void SetRules(Rules rules) override {
    rules_ = std::make_shared<const Rules>(std::move(rules));
    index_.SetRules(*rules_);
    new_rules_ = true;
  }

  Result<ScanResult> ScanDirty(const fs::Dirty& dirty) override {
    if (dirty.everything || last_ == nullptr || new_rules_ || missed_) {
      return Scan({""}, dirty.first_event);
    }
    if (ahead_.paths.empty() && content_ != nullptr) content_->Clear();
    std::vector<std::string> paths = dirty.paths;
    std::erase_if(paths, [this](const std::string& path) { return ahead_.paths.contains(path); });
    return Scan(Outermost(paths), dirty.first_event, content_);
  }

  void LookAhead(const fs::Dirty& dirty) override {
    if (dirty.everything || last_ == nullptr || new_rules_) return;
    const Result<UniqueFd> root = OpenRoot();
    if (ahead_.paths.empty() && content_ != nullptr) content_->Clear();
    for (const std::string& path : dirty.paths) ahead_.paths.erase(path);
    const std::set<std::string> paths = Outermost(dirty.paths);
    if (!root.ok() || paths.contains("")) return;
    const std::set<std::string> left = index_.Look(root->get(), paths, ahead_.changes,
                                                   {.content = content_, .max_size = kMaxAhead});
    for (const std::string& path : dirty.paths) {
      if (!left.contains(path) && !HasParentIn(left, path)) ahead_.paths.insert(path);
    }
  }

  void KeepContentIn(ScannedContent& content) override { content_ = &content; }

 private:
  /// What LookAhead found since the last scan.
  struct Ahead {
    std::set<std::string> paths;
    FileIndex::Changes changes;
  };

  Result<ScanResult> Scan(const std::set<std::string>& paths, TimePoint seen,
                          ScannedContent* content = nullptr) {
    const TimePoint start = std::chrono::steady_clock::now();
    const Result<UniqueFd> root = OpenFilledRoot();
    missed_ = !root.ok();
    HAWSER_RETURN_IF_ERROR(root.status());
    FileIndex::Changes changes = std::exchange(ahead_, {}).changes;
    index_.Look(root->get(), paths, changes, {.content = content});
    if (new_rules_) ForgetProblems();
    new_rules_ = false;
    if (last_ == nullptr || !changes.containers.empty()) {
      Publish(changes, seen == TimePoint{} ? start : seen, start);
    }
    if (index_.reads() - saved_reads_ >= kReadsWorthSaving) SaveCache();
    return ScanResult{last_, Problems()};
  }

  /// After all was looked at by other rules: what they leave out is no problem any more.
  void ForgetProblems() {
    problems_.clear();
    for (const auto& [path, known] : index_.files()) {
      if (!known.problem.empty()) NoteProblem(path);
    }
  }

  /// The root, if it still is the directory it was (rule 5.11 of the design: never take a vanished
  /// workspace for deleted files).
  Result<UniqueFd> OpenRoot() const {
    UniqueFd fd(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info {};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0) {
      return FailedPreconditionError(
          "the workspace " + root_ +
          " is gone: nothing is deleted in the pods; put it back or start again");
    }
    if (info.st_dev != device_ || info.st_ino != inode_) {
      return FailedPreconditionError(
          "the workspace " + root_ +
          " is another directory than at the start: start again to sync it");
    }
    return fd;
  }

  /// The same, if it has anything in it or never had. Reads the root's names.
  Result<UniqueFd> OpenFilledRoot() const {
    HAWSER_ASSIGN_OR_RETURN(UniqueFd fd, OpenRoot());
    std::error_code error;
    if (last_ != nullptr && !last_->tree.empty() && std::filesystem::is_empty(root_, error) &&
        !error) {
      return UnavailableError(
          "the workspace " + root_ +
          " is empty now: nothing is deleted in the pods; put the files back or start again");
    }
    return fd;
  }

  void Publish(const FileIndex::Changes& changes, TimePoint seen, TimePoint scanning) {
    for (const std::string& path : changes.paths) NoteProblem(path);
    TreeEdits edits;
    for (const std::string& container : changes.containers) {
      edits.emplace_hint(edits.end(), container, Choose(container));
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->tree = (last_ == nullptr ? Tree() : last_->tree).With(edits);
    snapshot->sources = Sources(rules_, exceptions_);
    snapshot->blocks = blocks_;
    snapshot->id = last_ == nullptr ? 1 : last_->id + 1;
    snapshot->digest = snapshot->tree.digest();
    snapshot->seen = seen;
    snapshot->scanning = scanning;
    snapshot->scanned = std::chrono::steady_clock::now();
    last_ = std::move(snapshot);
  }

  /// Once there is anything to save that is not there already.
  void SaveCache() {
    if (stat_cache_.empty() || last_ == nullptr || index_.reads() == saved_reads_) return;
    saved_reads_ = index_.reads();
    static_cast<void>(SaveStatCache(stat_cache_, index_.ToRemember()));
  }

  void NoteProblem(const std::string& path) {
    const auto known = index_.files().find(path);
    if (known == index_.files().end() || known->second.problem.empty() ||
        !known->second.goes.exists()) {
      problems_.erase(path);
    } else {
      problems_[path] = known->second.problem;
    }
  }

  /// What stands at a container path: of the workspace paths that go there, the first by rule.
  std::optional<Entry> Choose(const std::string& container) {
    const std::vector<std::string> origins = rules_->Origins(container);
    const FileIndex::Known* chosen = nullptr;
    for (const std::string& origin : origins) {
      const auto known = index_.files().find(origin);
      if (known == index_.files().end() || known->second.goes.Of(origin) != container) continue;
      if (!IsWhole(known->second)) continue;
      if (chosen == nullptr) {
        chosen = &known->second;
        SetException(container, origin, origin == origins.front());
        NoteProblem(origin);
      } else if (known->second.entry.kind != EntryKind::kDirectory) {
        problems_[origin] = "another file goes to " + container + " already";
      }
    }
    if (chosen == nullptr) return std::nullopt;
    return chosen->entry;
  }

  /// Remembers where a container path comes from when that is not where the rules say first.
  void SetException(const std::string& container, const std::string& origin, bool by_rule) {
    const auto known = exceptions_->find(container);
    if (by_rule ? known == exceptions_->end()
                : known != exceptions_->end() && known->second == origin) {
      return;
    }
    // Snapshots share the map: it is copied once a scan, if at all.
    auto changed = exceptions_.use_count() == 1
                       ? exceptions_
                       : std::make_shared<Sources::Exceptions>(*exceptions_);
    if (by_rule) {
      changed->erase(container);
    } else {
      (*changed)[container] = origin;
    }
    exceptions_ = std::move(changed);
  }

  std::vector<ScanProblem> Problems() const {
    std::vector<ScanProblem> problems;
    for (const auto& [path, message] : problems_) problems.push_back({path, message});
    return problems;
  }

  /// False for what could not be read, unless an older content of it is known.
  static bool IsWhole(const FileIndex::Known& known) {
    if (known.problem.empty()) return true;
    const bool read = known.entry.kind == EntryKind::kFile && !known.entry.digest.IsZero();
    return read || known.entry.kind == EntryKind::kDirectory;
  }

  const std::string root_;
  std::shared_ptr<const Rules> rules_;
  bool new_rules_ = false;  ///< nothing was looked at by them yet
  bool missed_ = false;     ///< the last scan could not look at what was dirty
  ScannedContent* content_ = nullptr;
  Ahead ahead_;
  const dev_t device_;
  const ino_t inode_;
  const std::string stat_cache_;
  const std::shared_ptr<KnownBlocks> blocks_ = std::make_shared<KnownBlocks>();
  FileIndex index_;
  uint64_t saved_reads_ = 0;  ///< of the index, when the cache was last saved
  SnapshotPtr last_;
  std::shared_ptr<Sources::Exceptions> exceptions_ = std::make_shared<Sources::Exceptions>();
  std::map<std::string, std::string> problems_;  ///< by workspace path
};

}  // namespace

Result<std::unique_ptr<Scanner>> MakeScanner(const std::string& root, Rules rules,
                                             std::string stat_cache) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0) return ErrnoStatus(errno, root);
  if (!S_ISDIR(info.st_mode)) return InvalidArgumentError(root + " is not a directory");
  return std::make_unique<DirectoryScanner>(root, std::move(rules), info, std::move(stat_cache));
}

}  // namespace hawser::sync
