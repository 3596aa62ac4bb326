// Writes the agent's state file.
#include "lib/sync/stage/state_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "lib/fs/file.h"

namespace hawser::sync {

namespace {

constexpr mode_t kStateMode = 0644;  // the supervisor reads as the app's own user
/// A file is written anew when the steps appended to it are as long as what it began with, or this.
constexpr uint64_t kMinAppended = 1U << 20;

/// Gathers edits into records of one step and passes each on encoded.
class StepWriter {
 public:
  using Sink = std::function<Status(const std::string&)>;

  StepWriter(StateDelta head, Digest& check, Sink sink)
      : check_(check), sink_(std::move(sink)), record_{.delta = std::move(head), .tree = {}} {}

  Status Add(const std::string& path, const std::optional<Entry>& entry) {
    record_.delta.edits.emplace_hint(record_.delta.edits.end(), path, entry);
    return record_.delta.edits.size() < kEditsPerRecord ? OkStatus() : Flush();
  }
  Status Commit(const Digest& tree) {
    record_.commits = true;
    record_.tree = tree;
    return Flush();
  }

 private:
  Status Flush() {
    HAWSER_ASSIGN_OR_RETURN(const std::string frame, EncodeRecord(record_, check_));
    record_.delta.edits.clear();
    return sink_(frame);
  }

  Digest& check_;
  const Sink sink_;
  StateRecord record_;
};

/// A new file beside the one it replaces; removed unless it took its place.
class Replacement {
 public:
  explicit Replacement(const std::string& path)
      : path_(path),
        temporary_(path.substr(0, path.rfind('/') + 1) + fs::TemporaryName()),
        fd_(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Replacement() {
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  Status Write(std::string_view bytes) {
    if (!fd_.valid()) return ErrnoStatus(errno, temporary_);
    size_ += bytes.size();
    return fs::WriteAll(fd_.get(), bytes);
  }
  uint64_t size() const { return size_; }
  /// The file, now in place.
  Result<UniqueFd> Commit() {
    if (::fchmod(fd_.get(), kStateMode) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) {
      return ErrnoStatus(errno, path_);
    }
    temporary_.clear();
    return std::move(fd_);
  }

 private:
  const std::string& path_;
  std::string temporary_;
  UniqueFd fd_;
  uint64_t size_ = 0;
};

}  // namespace

Status StateJournal::Rewrite(const AgentState& state) {
  Replacement file(path_);
  HAWSER_RETURN_IF_ERROR(file.Write(kStateMagic));
  Digest check;
  StepWriter step({.last_batch = state.last_batch,
                   .configure = state.configure,
                   .steps_due = state.steps_due,
                   .edits = {}},
                  check, [&](const std::string& frame) { return file.Write(frame); });
  for (const auto& [path, entry] : state.tree) HAWSER_RETURN_IF_ERROR(step.Add(path, entry));
  for (const std::string& path : state.removed) {
    HAWSER_RETURN_IF_ERROR(step.Add(path, std::nullopt));
  }
  HAWSER_RETURN_IF_ERROR(step.Commit(state.tree.digest()));
  HAWSER_ASSIGN_OR_RETURN(fd_, file.Commit());
  check_ = check;
  size_ = file.size();
  rewrite_at_ = size_ + std::max(size_, kMinAppended);
  return OkStatus();
}

Status StateJournal::Append(const AgentState& current, const StateDelta& delta,
                            const Digest& tree) {
  if (!fd_.valid() || size_ > rewrite_at_) HAWSER_RETURN_IF_ERROR(Rewrite(current));
  const Status written = Write(delta, tree);
  // Half a step at the end would hide those after it.
  if (!written.ok() && ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) fd_.Reset();
  return written;
}

Status StateJournal::Write(const StateDelta& delta, const Digest& tree) {
  Digest check = check_;
  uint64_t size = size_;
  StateDelta head = delta;
  head.edits.clear();
  StepWriter step(std::move(head), check, [&](const std::string& frame) {
    size += frame.size();
    return fs::WriteAll(fd_.get(), frame);
  });
  for (const auto& [path, entry] : delta.edits) HAWSER_RETURN_IF_ERROR(step.Add(path, entry));
  HAWSER_RETURN_IF_ERROR(step.Commit(tree));
  check_ = check;
  size_ = size;
  return OkStatus();
}

}  // namespace hawser::sync
