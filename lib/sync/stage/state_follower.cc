// Reads the agent's state file.
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "lib/fs/file.h"
#include "lib/sync/stage/state_journal.h"

namespace hawser::sync {

namespace {

constexpr uint64_t kMaxRecord = 64U << 20;

Status DamagedFile(const std::string& what) {
  return DataLossError("the agent's state: " + what);
}

/// Appends up to `count` bytes of the file to `bytes`.
Status ReadAt(int fd, uint64_t offset, size_t count, std::string& bytes) {
  const size_t before = bytes.size();
  bytes.resize(before + count);
  size_t done = 0;
  while (done < count) {
    const ssize_t got =
        ::pread(fd, bytes.data() + before + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, "the agent's state");
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(before + done);
  return OkStatus();
}

}  // namespace

Result<std::optional<StateFrame>> StateFollower::ReadFrame(const Position& position,
                                                           std::string& bytes) const {
  bytes.clear();
  HAWSER_RETURN_IF_ERROR(ReadAt(fd_.get(), position.offset, kFrameHead, bytes));
  if (bytes.size() < kFrameHead) return std::optional<StateFrame>();
  const size_t length = PayloadLength(bytes);
  if (length > kMaxRecord) return DamagedFile("a record is too long");
  HAWSER_RETURN_IF_ERROR(ReadAt(fd_.get(), position.offset + kFrameHead, length, bytes));
  return FindFrame(bytes, position.check);
}

Result<std::optional<StateFollower::Position>> StateFollower::EndOfStep(Position position) const {
  std::string bytes;
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(const std::optional<StateFrame> frame, ReadFrame(position, bytes));
    if (!frame.has_value()) return std::optional<Position>();
    HAWSER_ASSIGN_OR_RETURN(const StateRecord record, DecodeRecord(frame->payload));
    position.offset += frame->size;
    position.check = frame->check;
    if (!record.commits) continue;
    position.last_batch = record.delta.last_batch;
    position.tree = record.tree;
    position.started = true;
    return std::optional<Position>(position);
  }
}

Status StateFollower::Deliver(const Position& end, const Sink& sink) {
  std::string bytes;
  while (position_.offset < end.offset) {
    HAWSER_ASSIGN_OR_RETURN(const std::optional<StateFrame> frame, ReadFrame(position_, bytes));
    if (!frame.has_value()) return DamagedFile("it became shorter");
    HAWSER_ASSIGN_OR_RETURN(const StateRecord record, DecodeRecord(frame->payload));
    sink(record.delta);
    position_.offset += frame->size;
    position_.check = frame->check;
  }
  position_ = end;
  return OkStatus();
}

Status StateFollower::Open() {
  HAWSER_ASSIGN_OR_RETURN(fd_, fs::OpenToRead(path_));
  struct stat info {};
  if (::fstat(fd_.get(), &info) != 0) return ErrnoStatus(errno, path_);
  inode_ = info.st_ino;
  std::string magic;
  HAWSER_RETURN_IF_ERROR(ReadAt(fd_.get(), 0, kStateMagic.size(), magic));
  if (magic != kStateMagic) return DamagedFile("is not of this version");
  position_ = {.offset = kStateMagic.size()};
  return OkStatus();
}

/// Goes on with the file that took the place of the one that was read to its end.
Status StateFollower::Reopen() {
  const Position before = position_;
  HAWSER_RETURN_IF_ERROR(Open());
  HAWSER_ASSIGN_OR_RETURN(const std::optional<Position> start, EndOfStep(position_));
  if (!start.has_value()) return DamagedFile("has no whole step");
  if (start->last_batch != before.last_batch || start->tree != before.tree) {
    return AbortedError("the agent's state begins from another tree");
  }
  position_ = *start;
  return OkStatus();
}

Status StateFollower::Follow(const Sink& sink) {
  if (!fd_.valid()) HAWSER_RETURN_IF_ERROR(Open());
  while (true) {
    HAWSER_ASSIGN_OR_RETURN(const std::optional<Position> end, EndOfStep(position_));
    if (end.has_value()) {
      HAWSER_RETURN_IF_ERROR(Deliver(*end, sink));
      continue;
    }
    // Nobody writes to a file that was replaced: what it had was read above.
    struct stat info {};
    if (::stat(path_.c_str(), &info) != 0) return ErrnoStatus(errno, path_);
    if (info.st_ino == inode_) break;
    HAWSER_RETURN_IF_ERROR(Reopen());
  }
  return position_.started ? OkStatus() : DamagedFile("has no whole step");
}

Result<AgentState> LoadAgentState(const std::string& path) {
  StateFollower follower(path);
  AgentState state;
  HAWSER_RETURN_IF_ERROR(follower.Follow([&](const StateDelta& delta) { Advance(state, delta); }));
  if (state.tree.digest() != follower.tree())
    return DamagedFile("leads to another tree than it says");
  // A newer configuration may have fewer steps than the batches before it asked for.
  std::erase_if(state.steps_due,
                [&](uint32_t step) { return step >= state.configure.steps.size(); });
  return state;
}

}  // namespace hawser::sync
