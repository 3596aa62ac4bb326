// Watches a directory tree by comparing what stat(2) says of each path with what it said before.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/base/unique_fd.h"
#include "lib/fs/file.h"
#include "lib/fs/list_names.h"
#include "lib/fs/open_writes.h"
#include "lib/fs/poll_pace.h"
#include "lib/fs/relative_path.h"
#include "lib/fs/watcher.h"

namespace hawser::fs {

namespace {

/// What tells a changed path from an unchanged one.
struct Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  mode_t mode = 0;
  off_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;
  bool operator==(const Stamp&) const = default;
};

/// A directory's size and times change with its entries, which are looked at themselves.
Stamp StampOf(const struct stat& info) {
  if (S_ISDIR(info.st_mode)) return {info.st_dev, info.st_ino, info.st_mode, 0, 0, 0};
  return {info.st_dev,
          info.st_ino,
          info.st_mode,
          info.st_size,
          Nanoseconds(info.st_mtim),
          Nanoseconds(info.st_ctim)};
}

/// True for the failures of what is no longer there, or is no directory any more.
bool MeansGone(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP;
}

class PollingWatcher final : public Watcher {
 public:
  PollingWatcher(std::string root, IgnoreDirectory ignore)
      : root_(std::move(root)), ignore_(std::move(ignore)) {}

  /// Learns what is there.
  Status Start() {
    struct stat info {};
    if (::stat(root_.c_str(), &info) != 0) return ErrnoStatus(errno, root_);
    identity_ = StampOf(info);
    entries_ns_ = Nanoseconds(info.st_mtim);
    HAWSER_RETURN_IF_ERROR(Look());
    paths_.clear();
    dirty_ = {};
    writes_ = {};
    return OkStatus();
  }

  Result<Dirty> Wait(Deadline deadline) override {
    for (;;) {
      if (Closed()) return CancelledError("the watcher was closed");
      const TimePoint now = std::chrono::steady_clock::now();
      if (now >= next_look_) HAWSER_RETURN_IF_ERROR(Look());
      if (!paths_.empty()) {
        dirty_.paths.assign(paths_.begin(), paths_.end());
        paths_.clear();
        return std::exchange(dirty_, {});
      }
      if (now >= deadline) return DeadlineExceededError("no change");
      Rest(std::min(deadline, next_look_));
    }
  }

  Status Rewatch() override { return OkStatus(); }  // each look asks what to leave out

  void Close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_all();
  }

 private:
  struct Seen {
    Stamp stamp;
    int64_t entries_ns = 0;  ///< of a directory: when one of its names came or went
    uint64_t look = 0;
  };

  bool Closed() {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  void Rest(TimePoint until) {
    std::unique_lock lock(mutex_);
    if (until == kNoDeadline) {
      wake_.wait(lock, [this] { return closed_; });
    } else {
      wake_.wait_until(lock, until, [this] { return closed_; });
    }
  }

  /// Compares everything, and says when to do so again.
  Status Look() {
    const TimePoint start = std::chrono::steady_clock::now();
    struct stat info {};
    const int error = ::stat(root_.c_str(), &info) == 0 ? 0 : errno;
    const bool replaced =
        error == 0 && (info.st_ino != identity_.inode || info.st_dev != identity_.device);
    if (replaced || MeansGone(error)) {
      return NotFoundError("the workspace " + root_ + " is gone");
    }
    ++look_;
    changed_ = false;
    const std::set<std::string, std::less<>> unread_before = std::exchange(unread_, {});
    if (error == 0) {
      CompareNames("", std::exchange(entries_ns_, Nanoseconds(info.st_mtim)), info, start);
      LookInto(AT_FDCWD, root_, "", start);
    } else {
      unread_.insert("");
    }
    FindGone(start);
    // Whoever was to look there meanwhile may have met the same.
    for (const std::string& path : unread_before) {
      if (!unread_.contains(path)) Mark(path, start);
    }
    const TimePoint end = std::chrono::steady_clock::now();
    for (const auto& [path, first] : writes_.Take(end)) Mark(path, first);
    const TimePoint rested = end + pace_.After(end - start, changed_);
    next_look_ = std::min(rested, std::max(end, writes_.NextAt().value_or(rested)));
    return OkStatus();
  }

  void LookInto(int parent, const std::string& name, const std::string& path, TimePoint now) {
    const int follow = path.empty() ? 0 : O_NOFOLLOW;
    const UniqueFd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | follow));
    std::vector<ListedName> names;
    const int error = fd.valid() ? ListNames(fd.get(), names) : errno;
    if (error != 0 && !MeansGone(error)) unread_.insert(path);
    for (const ListedName& each : names) LookAt(fd.get(), each.name, Join(path, each.name), now);
  }

  void LookAt(int parent, const std::string& name, const std::string& path, TimePoint now) {
    struct stat info {};
    if (::fstatat(parent, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (!MeansGone(errno)) unread_.insert(path);
    } else if (!S_ISDIR(info.st_mode)) {
      Compare(path, info, now);
    } else if (!ignore_(path)) {
      Compare(path, info, now);
      LookInto(parent, name, path, now);
    }
  }

  /// What could not be looked at is not known to be gone.
  bool IsUnread(std::string_view path) const {
    while (!path.empty() && !unread_.contains(path)) {
      path = path.substr(0, path.rfind('/') == path.npos ? 0 : path.rfind('/'));
    }
    return unread_.contains(path);
  }

  void Compare(const std::string& path, const struct stat& info, TimePoint now) {
    const Stamp stamp = StampOf(info);
    const auto [seen, added] = seen_.try_emplace(path);
    seen->second.look = look_;
    const Stamp before = std::exchange(seen->second.stamp, stamp);
    const int64_t entries_before =
        std::exchange(seen->second.entries_ns, Nanoseconds(info.st_mtim));
    if (S_ISDIR(info.st_mode) && !added) CompareNames(path, entries_before, info, now);
    if (!added && before == stamp) return;
    changed_ = true;
    // Whoever writes into a file may not be done; what is renamed into its place is whole.
    const bool in_place = S_ISREG(info.st_mode) && !added && before.inode == stamp.inode &&
                          before.modified_ns != stamp.modified_ns;
    const bool fresh = S_ISREG(info.st_mode) && added && info.st_nlink == 1;
    if (in_place || fresh) {
      writes_.Written(path, now);
    } else {
      writes_.Settled(path);
      Mark(path, now);
    }
  }

  /// What came and went between two looks is not among what is compared, but whoever scanned in
  /// between has seen it come: the whole directory is looked at, once its files may have come to
  /// rest.
  void CompareNames(const std::string& directory, int64_t before, const struct stat& info,
                    TimePoint now) {
    if (before != Nanoseconds(info.st_mtim)) writes_.Written(directory, now);
  }

  void FindGone(TimePoint now) {
    for (auto seen = seen_.begin(); seen != seen_.end();) {
      if (seen->second.look == look_ || IsUnread(seen->first)) {
        ++seen;
        continue;
      }
      changed_ = true;
      writes_.Settled(seen->first);
      Mark(seen->first, now);
      seen = seen_.erase(seen);
    }
  }

  void Mark(const std::string& path, TimePoint first) {
    dirty_.first_event = paths_.empty() ? first : std::min(dirty_.first_event, first);
    paths_.insert(path);
  }

  const std::string root_;
  const IgnoreDirectory ignore_;
  Stamp identity_;
  int64_t entries_ns_ = 0;  ///< of the root
  std::unordered_map<std::string, Seen> seen_;
  uint64_t look_ = 0;
  std::set<std::string, std::less<>> unread_;  ///< what the last look could not look at
  bool changed_ = false;                       ///< in the look that is going on
  PollPace pace_;
  TimePoint next_look_{};
  OpenWrites writes_;
  Dirty dirty_;
  std::set<std::string> paths_;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable wake_;
  bool closed_ = false;
};

}  // namespace

Result<std::unique_ptr<Watcher>> MakePollingWatcher(const std::string& root,
                                                    IgnoreDirectory ignore) {
  auto watcher = std::make_unique<PollingWatcher>(root, std::move(ignore));
  HAWSER_RETURN_IF_ERROR(watcher->Start());
  return watcher;
}

}  // namespace hawser::fs
