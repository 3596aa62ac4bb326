// Watches a workspace by events where the kernel has them all, else by looking.
#include "lib/fs/choose_watcher.h"

#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string_view>
#include <utility>

namespace hawser::fs {

namespace {

struct SharedFileSystem {
  uint32_t magic;  ///< statfs(2), linux/magic.h
  std::string_view name;
};

constexpr std::array<SharedFileSystem, 12> kShared = {{{0x6969, "NFS"},
                                                       {0x517b, "SMB"},
                                                       {0xff534d42, "CIFS"},
                                                       {0xfe534d42, "SMB2"},
                                                       {0x01021997, "9p"},
                                                       {0x65735546, "FUSE"},
                                                       {0x786f4256, "VirtualBox shared folder"},
                                                       {0xbacbacbc, "VMware shared folder"},
                                                       {0x00c36400, "Ceph"},
                                                       {0x5346414f, "AFS"},
                                                       {0x47504653, "GPFS"},
                                                       {0x0bd00bd0, "Lustre"}}};

std::string_view SharedFileSystemOf(const std::string& root) {
  struct statfs info {};
  if (::statfs(root.c_str(), &info) != 0) return {};
  const auto magic = static_cast<uint32_t>(info.f_type);
  const auto* const found =
      std::find_if(kShared.begin(), kShared.end(),
                   [&](const SharedFileSystem& each) { return each.magic == magic; });
  return found == kShared.end() ? std::string_view() : found->name;
}

class SwitchingWatcher final : public Watcher {
 public:
  SwitchingWatcher(std::unique_ptr<Watcher> events, std::string root, IgnoreDirectory ignore)
      : root_(std::move(root)), ignore_(std::move(ignore)), current_(std::move(events)) {}

  Result<Dirty> Wait(Deadline deadline) override {
    Result<Dirty> dirty = current_->Wait(deadline);
    if (dirty.status().code() != Code::kResourceExhausted) return dirty;
    return Switch(dirty.status());
  }

  Status Rewatch() override {
    const Status status = current_->Rewatch();
    if (status.code() != Code::kResourceExhausted) return status;
    return Switch(status).status();
  }

  void Close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    current_->Close();
  }

 private:
  Result<Dirty> Switch(const Status& why) {
    HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<Watcher> polling, MakePollingWatcher(root_, ignore_));
    const std::lock_guard lock(mutex_);
    current_ = std::move(polling);
    if (closed_) current_->Close();
    Dirty dirty;
    dirty.everything = true;
    dirty.reason = why.message();
    dirty.first_event = std::chrono::steady_clock::now();
    return dirty;
  }

  const std::string root_;
  const IgnoreDirectory ignore_;
  std::mutex mutex_;  ///< of closed_, and of current_ against Close
  bool closed_ = false;
  std::unique_ptr<Watcher> current_;
};

Result<ChosenWatcher> Poll(const std::string& root, const IgnoreDirectory& ignore,
                           const std::string& why) {
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<Watcher> watcher, MakePollingWatcher(root, ignore));
  return ChosenWatcher{std::move(watcher), why + "; polling the workspace instead"};
}

}  // namespace

std::string WhyPoll(const std::string& root) {
  const std::string_view name = SharedFileSystemOf(root);
  if (name.empty()) return "";
  return root + " lies on " + std::string(name) +
         ", where the kernel does not tell of every change";
}

std::unique_ptr<Watcher> PollWhenExhausted(std::unique_ptr<Watcher> events, std::string root,
                                           IgnoreDirectory ignore) {
  return std::make_unique<SwitchingWatcher>(std::move(events), std::move(root), std::move(ignore));
}

Result<ChosenWatcher> ChooseWatcher(const std::string& root, const IgnoreDirectory& ignore,
                                    bool poll) {
  if (poll) return Poll(root, ignore, "asked to poll");
  if (const std::string why = WhyPoll(root); !why.empty()) return Poll(root, ignore, why);
  Result<std::unique_ptr<Watcher>> events = MakeInotifyWatcher(root, ignore);
  if (events.ok()) {
    return ChosenWatcher{PollWhenExhausted(std::move(*events), root, ignore), ""};
  }
  if (events.status().code() != Code::kResourceExhausted) return events.status();
  return Poll(root, ignore, events.status().message());
}

}  // namespace hawser::fs
