// Turns the workspace into snapshots, hashing only what changed.
#include "lib/sync/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/relative_path.h"
#include "lib/sync/file_index.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxIgnoreFile = 1U << 20;

/// Drops what another dirty path covers.
std::vector<std::string> WithoutNested(std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> outer;
  for (std::string& path : paths) {
    const bool nested = std::any_of(outer.begin(), outer.end(), [&](const std::string& other) {
      return fs::IsWithin(path, other);
    });
    if (!nested) outer.push_back(std::move(path));
  }
  return outer;
}

class DirectoryScanner final : public Scanner {
 public:
  DirectoryScanner(std::string root, Rules rules, const struct stat& identity)
      : root_(std::move(root)),
        rules_(std::move(rules)),
        device_(identity.st_dev),
        inode_(identity.st_ino),
        index_(rules_) {}

  Result<ScanResult> ScanAll() override { return Scan({""}, TimePoint{}); }

  Result<ScanResult> ScanDirty(const fs::Dirty& dirty) override {
    if (dirty.everything || last_ == nullptr) return Scan({""}, dirty.first_event);
    return Scan(WithoutNested(dirty.paths), dirty.first_event);
  }

 private:
  Result<ScanResult> Scan(const std::vector<std::string>& paths, TimePoint seen) {
    const TimePoint start = std::chrono::steady_clock::now();
    HAWSER_ASSIGN_OR_RETURN(const UniqueFd root, OpenRoot());
    bool changed = last_ == nullptr;
    for (const std::string& path : paths) changed = index_.Look(root.get(), path) || changed;
    if (changed) Publish(seen == TimePoint{} ? start : seen);
    return ScanResult{last_, problems_};
  }

  /// The root, if it still is the directory it was and has anything in it (rule 5.11 of the design:
  /// never take a vanished workspace for deleted files).
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
    std::error_code error;
    if (last_ != nullptr && !last_->tree.empty() && std::filesystem::is_empty(root_, error) &&
        !error) {
      return FailedPreconditionError(
          "the workspace " + root_ +
          " is empty now: nothing is deleted in the pods; put the files back or start again");
    }
    return fd;
  }

  void Publish(TimePoint seen) {
    auto snapshot = std::make_shared<Snapshot>();
    problems_.clear();
    for (const auto& [path, known] : index_.files()) {
      if (!known.problem.empty() && !known.container.empty())
        problems_.push_back({path, known.problem});
      if (known.container.empty() || !IsWhole(known)) continue;
      const bool added = snapshot->tree.emplace(known.container, known.entry).second;
      if (known.entry.kind == EntryKind::kDirectory) continue;
      if (added) {
        snapshot->sources.emplace(known.container, path);
      } else {
        problems_.push_back({path, "another file goes to " + known.container + " already"});
      }
    }
    snapshot->id = last_ == nullptr ? 1 : last_->id + 1;
    snapshot->digest = TreeDigest(snapshot->tree);
    snapshot->seen = seen;
    snapshot->scanned = std::chrono::steady_clock::now();
    last_ = std::move(snapshot);
  }

  /// False for what could not be read, unless an older content of it is known.
  static bool IsWhole(const FileIndex::Known& known) {
    if (known.problem.empty()) return true;
    const bool read = known.entry.kind == EntryKind::kFile && !known.entry.digest.IsZero();
    return read || known.entry.kind == EntryKind::kDirectory;
  }

  const std::string root_;
  const Rules rules_;
  const dev_t device_;
  const ino_t inode_;
  FileIndex index_;
  SnapshotPtr last_;
  std::vector<ScanProblem> problems_;
};

}  // namespace

Result<std::unique_ptr<Scanner>> MakeScanner(const std::string& root, Rules rules) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0) return ErrnoStatus(errno, root);
  if (!S_ISDIR(info.st_mode)) return InvalidArgumentError(root + " is not a directory");
  return std::make_unique<DirectoryScanner>(root, std::move(rules), info);
}

Result<std::vector<std::string>> ReadIgnoreFiles(const std::string& root) {
  std::vector<std::string> patterns;
  for (const char* name : {".dockerignore", ".tiltignore"}) {
    Result<UniqueFd> fd = fs::OpenToRead(root + "/" + name);
    if (fd.status().code() == Code::kNotFound) continue;
    if (!fd.ok()) return fd.status();
    Result<std::string> text = fs::ReadAll(fd->get(), kMaxIgnoreFile);
    if (!text.ok()) return text.status().Annotate(name);
    // Parsed here only so that a mistake is reported with its file and line.
    const Result<IgnoreList> parsed = IgnoreList::Parse(*text, name);
    if (!parsed.ok()) return parsed.status();
    const std::vector<std::string> more = IgnoreFilePatterns(*text);
    patterns.insert(patterns.end(), more.begin(), more.end());
  }
  return patterns;
}

}  // namespace hawser::sync
