// Watches a directory tree with inotify.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "lib/base/unique_fd.h"
#include "lib/fs/list_names.h"
#include "lib/fs/open_writes.h"
#include "lib/fs/relative_path.h"
#include "lib/fs/watch_table.h"
#include "lib/fs/watcher.h"

namespace hawser::fs {

namespace {

constexpr Duration kJustMade = std::chrono::seconds(1);
constexpr size_t kMaxMade = 1024;

constexpr uint32_t kMask = IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO |
                           IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR |
                           IN_DONT_FOLLOW | IN_EXCL_UNLINK;

/// "fs.inotify.max_user_watches is 8192: run sysctl fs.inotify.max_user_watches=524288".
Status LimitReached(const std::string& name, const std::string& raise_to) {
  std::string current = "unknown";
  std::ifstream("/proc/sys/fs/inotify/" + name) >> current;
  return ResourceExhaustedError("fs.inotify." + name + " is " + current +
                                ", too few to watch the workspace: run \"sudo sysctl fs.inotify." +
                                name + "=" + raise_to + "\", or ignore large directories");
}

/// What a directory that can't be watched means: nothing when it is gone, or closed to this user,
/// who then can't sync it either.
Status Unwatched(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES) return OkStatus();
  return ResourceExhaustedError("not all of the workspace can be watched: " +
                                ErrnoStatus(error, path).message());
}

class InotifyWatcher final : public Watcher {
 public:
  InotifyWatcher(std::string root, IgnoreDirectory ignore, UniqueFd inotify, UniqueFd wake)
      : root_(std::move(root)),
        ignore_(std::move(ignore)),
        inotify_(std::move(inotify)),
        wake_(std::move(wake)) {}

  /// Watches `directory` and all below it. What vanishes meanwhile, or is closed to this user, is
  /// no failure, but for the root. resource_exhausted when it can't be told what is to be watched.
  Status AddTree(const std::string& directory) {
    const std::string path = directory.empty() ? root_ : root_ + "/" + directory;
    const int watch = ::inotify_add_watch(inotify_.get(), path.c_str(), kMask);
    if (watch < 0) {
      if (errno == ENOSPC) return LimitReached("max_user_watches", "1048576");
      return directory.empty() ? ErrnoStatus(errno, root_) : Unwatched(path, errno);
    }
    table_.Set(watch, directory);
    HAWSER_ASSIGN_OR_RETURN(const std::vector<std::string> children, Directories(path, directory));
    for (const std::string& child : children) {
      if (!ignore_(child)) HAWSER_RETURN_IF_ERROR(AddTree(child));
    }
    return OkStatus();
  }

  Status Rewatch() override {
    for (const int watch : table_.TakeIf(ignore_)) ::inotify_rm_watch(inotify_.get(), watch);
    return AddTree("");
  }

  Result<Dirty> Wait(Deadline deadline) override {
    for (;;) {
      HAWSER_RETURN_IF_ERROR(ReadEvents());
      Collect();
      // What was moved is told with where it went.
      if (!dirty_.empty() && !writes_.AwaitsReturn()) {
        dirty_.paths.assign(paths_.begin(), paths_.end());
        paths_.clear();
        return std::exchange(dirty_, {});
      }
      HAWSER_RETURN_IF_ERROR(Poll(deadline));
    }
  }

  void Close() override {
    const uint64_t one = 1;
    // An eventfd takes this write until it has been closed 2^64 - 1 times.
    static_cast<void>(!::write(wake_.get(), &one, sizeof(one)));
  }

 private:
  static bool IsDirectory(const ListedName& entry, const std::string& parent) {
    if (entry.type != DT_UNKNOWN) return entry.type == DT_DIR;
    struct stat info {};
    return ::lstat((parent + "/" + entry.name).c_str(), &info) == 0 && S_ISDIR(info.st_mode);
  }

  /// The directories at `path`, which is `directory` below the root. The listing is closed before
  /// any of them is opened: a deep tree takes one descriptor.
  static Result<std::vector<std::string>> Directories(const std::string& path,
                                                      const std::string& directory) {
    std::vector<ListedName> names;
    const int follow = directory.empty() ? 0 : O_NOFOLLOW;
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | follow));
    const int error = fd.valid() ? ListNames(fd.get(), names) : errno;
    if (error != 0) HAWSER_RETURN_IF_ERROR(Unwatched(path, error));
    std::vector<std::string> directories;
    for (const ListedName& each : names) {
      if (IsDirectory(each, path)) directories.push_back(Join(directory, each.name));
    }
    return directories;
  }

  /// Waits for events, for a file to come to rest, or for the deadline.
  Status Poll(Deadline deadline) {
    const TimePoint next = writes_.NextAt().value_or(kNoDeadline);
    const TimePoint until = writes_.AwaitsReturn() ? next : std::min(deadline, next);
    int timeout = -1;
    if (until != kNoDeadline) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      timeout = static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60000));
    }
    std::array<pollfd, 2> fds{pollfd{inotify_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR)
      return ErrnoStatus(errno, "poll");
    if (fds[1].revents != 0) return CancelledError("the watcher was closed");
    const bool quiet = fds[0].revents == 0;
    const TimePoint now = std::chrono::steady_clock::now();
    // What went belongs to what was reported before the deadline.
    if (quiet && now >= deadline && !writes_.AwaitsReturn() &&
        writes_.NextAt().value_or(kNoDeadline) > now) {
      return DeadlineExceededError("no change");
    }
    return OkStatus();
  }

  Status ReadEvents() {
    alignas(inotify_event) std::array<char, 64U << 10> buffer;
    for (;;) {
      const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
      if (got < 0) {
        if (errno == EINTR) continue;
        return errno == EAGAIN ? OkStatus() : ErrnoStatus(errno, "inotify");
      }
      const TimePoint now = std::chrono::steady_clock::now();
      for (const char* at = buffer.data(); at < buffer.data() + got;) {
        const auto* event = reinterpret_cast<const inotify_event*>(at);
        HAWSER_RETURN_IF_ERROR(OnEvent(*event, now));
        at += sizeof(inotify_event) + event->len;
      }
    }
  }

  Status OnEvent(const inotify_event& event, TimePoint now) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return OnOverflow(now);
    const std::string* directory = table_.Find(event.wd);
    if (directory == nullptr) return OkStatus();
    if ((event.mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) {
      return OnSelf(event, *directory);
    }
    if (event.len == 0) return OkStatus();
    const std::string path = Join(*directory, event.name);
    if ((event.mask & IN_ISDIR) != 0) return OnDirectory(event.mask, path, now);
    const bool still_open =
        (event.mask & IN_MODIFY) != 0 || ((event.mask & IN_CREATE) != 0 && WillBeClosed(path));
    if ((event.mask & IN_CREATE) != 0 && !writes_.AwaitsReturnOf(path)) NoteMade(path, now);
    if (still_open) {
      writes_.Written(path, now);
    } else if ((event.mask & (IN_DELETE | IN_MOVED_FROM)) != 0 && !WasJustMade(path, now)) {
      writes_.Gone(path, now);
    } else {
      writes_.Settled(path);
      Mark(path, now);
    }
    return OkStatus();
  }

  /// Events were lost, perhaps of new directories: watch whatever is there now.
  Status OnOverflow(TimePoint now) {
    MarkEverything("the kernel's event queue overflowed", now);
    return AddTree("");
  }

  Status OnSelf(const inotify_event& event, const std::string& directory) {
    // Other directories are reported by the one that holds them.
    if (directory.empty()) return NotFoundError("the workspace " + root_ + " is gone");
    if ((event.mask & IN_IGNORED) != 0) table_.Drop(event.wd);
    return OkStatus();
  }

  Status OnDirectory(uint32_t mask, const std::string& path, TimePoint now) {
    if (ignore_(path)) return OkStatus();
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0) RemoveTree(path);
    Mark(path, now);
    // Whatever came to be in it before its watch is found because it is dirty as a whole.
    const bool came = (mask & (IN_CREATE | IN_MOVED_TO)) != 0;
    // What was closed to this user may be open now.
    const bool opened = (mask & IN_ATTRIB) != 0 && !table_.Has(path);
    return came || opened ? AddTree(path) : OkStatus();
  }

  void RemoveTree(const std::string& directory) {
    for (const int watch : table_.TakeTree(directory)) ::inotify_rm_watch(inotify_.get(), watch);
  }

  /// A regular file with one name was opened to be written and will be closed; links and the like
  /// come whole.
  bool WillBeClosed(const std::string& path) const {
    struct stat info {};
    return ::lstat((root_ + "/" + path).c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           info.st_nlink == 1;
  }

  void NoteMade(const std::string& path, TimePoint now) {
    if (made_.size() >= kMaxMade) made_.clear();
    made_[path] = now;
  }

  /// Temporary files, which editors write and move into place, do not come back.
  bool WasJustMade(const std::string& path, TimePoint now) {
    const auto made = made_.extract(path);
    return !made.empty() && now - made.mapped() < kJustMade;
  }

  void Mark(const std::string& path, TimePoint now) {
    NoteFirst(now);
    if (paths_.insert(path).second && dirty_.paths.empty()) dirty_.paths.push_back(path);
  }

  void MarkEverything(const std::string& reason, TimePoint now) {
    NoteFirst(now);
    dirty_.everything = true;
    dirty_.reason = reason;
  }

  void NoteFirst(TimePoint now) {
    dirty_.first_event = dirty_.empty() ? now : std::min(dirty_.first_event, now);
  }

  /// Moves files that came to rest to what is dirty.
  void Collect() {
    for (const auto& [path, first] : writes_.Take(std::chrono::steady_clock::now()))
      Mark(path, first);
  }

  const std::string root_;
  const IgnoreDirectory ignore_;
  const UniqueFd inotify_;
  const UniqueFd wake_;
  WatchTable table_;
  OpenWrites writes_;
  std::map<std::string, TimePoint> made_;  ///< files, by when they were
  Dirty dirty_;
  std::set<std::string> paths_;
};

}  // namespace

Result<std::unique_ptr<Watcher>> MakeInotifyWatcher(const std::string& root,
                                                    IgnoreDirectory ignore) {
  UniqueFd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.valid()) {
    return errno == EMFILE ? LimitReached("max_user_instances", "1024")
                           : ErrnoStatus(errno, "inotify");
  }
  UniqueFd wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.valid()) return ErrnoStatus(errno, "eventfd");
  auto watcher = std::make_unique<InotifyWatcher>(root, std::move(ignore), std::move(inotify),
                                                  std::move(wake));
  HAWSER_RETURN_IF_ERROR(watcher->AddTree(""));
  return watcher;
}

}  // namespace hawser::fs
