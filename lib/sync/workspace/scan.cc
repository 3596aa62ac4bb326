// Turns the workspace into snapshots, hashing only what changed.
#include "lib/sync/workspace/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/relative_path.h"
#include "lib/sync/workspace/file_index.h"
#include "lib/sync/workspace/overlay.h"

namespace hawser::sync {

namespace {

/// Reading so many files again would be felt; fewer are saved at the end.
constexpr uint64_t kReadsWorthSaving = 1000;

/// Larger files are read once they came to rest.
constexpr uint64_t kMaxAhead = 256 << 10;

/// How often the rules are read again at once, when each look shows that they were changed.
constexpr int kRuleReads = 3;

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
                   std::string stat_cache, size_t max_entries)
      : root_(std::move(root)),
        rules_(std::make_shared<const Rules>(std::move(rules))),
        device_(identity.st_dev),
        inode_(identity.st_ino),
        stat_cache_(std::move(stat_cache)),
        max_entries_(max_entries),
        index_(*rules_, *blocks_),
        overlay_(index_.files()) {
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
    const Result<std::set<std::string>> left = index_.Look(
        root->get(), paths, ahead_.changes, {.content = content_, .max_size = kMaxAhead});
    if (!left.ok()) return;
    for (const std::string& path : dirty.paths) {
      if (!left->contains(path) && !HasParentIn(*left, path)) ahead_.paths.insert(path);
    }
  }

  void ReadRulesBy(RulesReader read) override { read_rules_ = std::move(read); }

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
    const Status looked = Look(root->get(), paths, content);
    missed_ = !looked.ok();
    HAWSER_RETURN_IF_ERROR(looked);
    const FileIndex::Changes changes = std::exchange(ahead_, {}).changes;
    if (std::exchange(new_rules_, false)) overlay_.NoteFilesAgain();
    if (last_ == nullptr || !changes.containers.empty()) {
      Publish(changes, seen == TimePoint{} ? start : seen, start);
    }
    if (index_.reads() - saved_reads_ >= kReadsWorthSaving) SaveCache();
    if (last_->tree.size() > max_entries_) return TooMany(last_->tree.size());
    return ScanResult{last_, overlay_.problems()};
  }

  Status TooMany(size_t entries) const {
    return FailedPreconditionError(
        "the workspace " + root_ + " has " + std::to_string(entries) +
        " files and directories to sync, and at most " + std::to_string(max_entries_) +
        " can be: ignore what the pods do not need (.dockerignore, or `ignore` of spec.sync), or "
        "sync a smaller directory");
  }

  /// Looks at `paths`; where a look shows that other rules are to count by now, at everything by
  /// those. What differs is added to what was found ahead.
  Status Look(int root, const std::set<std::string>& paths, ScannedContent* content) {
    bool everything = TakeUpRules();  // when what was found ahead showed so
    for (int reads = 1;; ++reads) {
      HAWSER_RETURN_IF_ERROR(index_
                                 .Look(root, everything ? std::set<std::string>{""} : paths,
                                       ahead_.changes, {.content = content})
                                 .status());
      // Ignore files that are written on and on must not hold back everything else for ever.
      if (reads > kRuleReads || !TakeUpRules()) return OkStatus();
      everything = true;
    }
  }

  /// False when the rules are as they should be, or others can't be had.
  bool TakeUpRules() {
    if (!index_.TakeOutdated() || !read_rules_) return false;
    std::optional<Rules> rules = read_rules_();
    if (!rules || rules->MadeFromTheSame(*rules_)) return false;
    SetRules(*std::move(rules));
    return true;
  }

  /// The root, if it still is the directory it was (rule 5.11 of the design: never take a vanished
  /// workspace for deleted files).
  Result<UniqueFd> OpenRoot() const {
    UniqueFd fd(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info {};
    if (!fd.valid() || ::fstat(fd.get(), &info) != 0) {
      const int error = errno;
      if (error != ENOENT && error != ENOTDIR) {
        return UnavailableError(ErrnoStatus(error, root_).message());
      }
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
    const Tree before = last_ == nullptr ? Tree() : last_->tree;
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->tree = before.With(overlay_.Choose(*rules_, changes, before));
    snapshot->sources = Sources(rules_, overlay_.exceptions());
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

  const std::string root_;
  std::shared_ptr<const Rules> rules_;
  RulesReader read_rules_;
  bool new_rules_ = false;  ///< nothing was looked at by them yet
  bool missed_ = false;     ///< the last scan could not look at what was dirty
  ScannedContent* content_ = nullptr;
  Ahead ahead_;
  const dev_t device_;
  const ino_t inode_;
  const std::string stat_cache_;
  const size_t max_entries_;
  const std::shared_ptr<KnownBlocks> blocks_ = std::make_shared<KnownBlocks>();
  FileIndex index_;
  Overlay overlay_;
  uint64_t saved_reads_ = 0;  ///< of the index, when the cache was last saved
  SnapshotPtr last_;
};

}  // namespace

Result<std::unique_ptr<Scanner>> MakeScanner(const std::string& root, Rules rules,
                                             std::string stat_cache, size_t max_entries) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0) return ErrnoStatus(errno, root);
  if (!S_ISDIR(info.st_mode)) return InvalidArgumentError(root + " is not a directory");
  return std::make_unique<DirectoryScanner>(root, std::move(rules), info, std::move(stat_cache),
                                            max_entries);
}

}  // namespace hawser::sync
