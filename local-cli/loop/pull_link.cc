// One thread: waits for the time of the next look, looks, and lets go what waited for it.
#include "local-cli/loop/pull_link.h"

#include <algorithm>
#include <utility>

namespace hawser::cli {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
/// Looks take at most this part of the time, however large what is followed.
constexpr int kIdleShare = 10;
constexpr Duration kTryAgainAfter = std::chrono::seconds(1);
/// An agent that just starts needs a moment: so many tries are not told.
constexpr int kQuietTries = 2;
/// A container that is missing for so many looks, a second apart, is gone: after a restart of the
/// agent it only needs to connect again.
constexpr int kLooksForContainer = 5;
constexpr Duration kConnectPatience = std::chrono::seconds(5);
constexpr Duration kLookPatience = std::chrono::minutes(5);

/// True when the pod may answer yet: its link tries again as well.
bool MayPass(const Status& status) {
  return IsRetryable(status) || status.code() == Code::kUnauthenticated;
}

}  // namespace

PullLink::PullLink(PodView pod, const PullParts& parts, PullSinks sinks)
    : pod_(std::move(pod)),
      parts_(parts),
      sinks_(std::move(sinks)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

PullLink::~PullLink() {
  thread_.request_stop();
  thread_.join();
}

void PullLink::Publish(Newest newest) {
  const std::lock_guard lock(mutex_);
  newest_ = std::move(newest);
  held_ = held_ || MustLookBefore(*newest_);
  if (!held_) return Release(newest_);
  look_at_ = In({});
  changed_.notify_all();
}

void PullLink::SetLeads(bool leads) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(leads_, leads) == leads || !leads) return;
  look_at_ = In({});
  changed_.notify_all();
}

void PullLink::LookSoon() {
  const std::lock_guard lock(mutex_);
  if (!leads_) return;
  look_at_ = In({});
  changed_.notify_all();
}

bool PullLink::MustLookBefore(const PulledSnapshot& newest) const {
  if (released_ == nullptr) return true;
  const std::vector<sync::TreeChange> changes =
      sync::Diff(released_->snapshot->tree, newest.snapshot->tree);
  return std::any_of(changes.begin(), changes.end(), [&](const sync::TreeChange& change) {
    return newest.selection.WorkspacePath(change.path).has_value();
  });
}

void PullLink::Release(const Newest& newest) {
  released_ = newest;
  sinks_.release(pod_.uid, newest->snapshot);
}

void PullLink::ReleaseAfter(const Newest& seen) {
  if (!held_) return;
  Release(seen);
  if (newest_ == seen) {
    held_ = false;
  } else if (held_ = MustLookBefore(*newest_); !held_) {
    Release(newest_);
  }
}

void PullLink::Run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (In({}) < look_at_) {
      // Waiting reads the time while the lock is not held.
      const TimePoint until = look_at_;
      changed_.wait_until(lock, stop, until, [&] { return look_at_ != until; });
      continue;
    }
    look_at_ = kNoDeadline;
    const Newest newest = newest_;
    if (newest == nullptr) continue;
    const bool leads = leads_;
    lock.unlock();
    const TimePoint began = In({});
    const bool safe = LookAt(*newest, leads, stop);
    const Duration took = In({}) - began;
    lock.lock();
    if (stop.stop_requested()) return;
    if (safe) ReleaseAfter(newest);
    if (!safe || held_) {
      look_at_ = std::min(look_at_, In(safe ? Duration{} : kTryAgainAfter));
    } else if (leads_) {
      look_at_ = std::min(look_at_, In(std::max<Duration>(kLookEvery, kIdleShare * took)));
    }
  }
}

bool PullLink::LookAt(const PulledSnapshot& newest, bool leads, const std::stop_token& stop) {
  const Result<std::vector<FilePulled>> events = Look(newest, leads, stop);
  if (!events.ok()) {
    puller_.reset();
    client_.reset();
    channel_.reset();
    return stop.stop_requested() || TakeTrouble(events.status());
  }
  for (const FilePulled& event : *events) sinks_.tell(Event(event));
  if (puller_->unsaved()) {
    TellOnce(Code::kAborted, "no push replaces the pod's version before it is kept");
    return false;
  }
  told_trouble_.reset();
  failures_ = 0;
  missing_ = puller_->container_missing() ? missing_ + 1 : 0;
  // The snapshot with what was brought is about to come.
  if (puller_->outdated()) return false;
  return missing_ == 0 || missing_ >= kLooksForContainer;
}

bool PullLink::TakeTrouble(const Status& why) {
  if (MayPass(why)) {
    if (++failures_ <= kQuietTries) return false;
    TellOnce(why.code(), "pushes wait until it was looked at what it changed: " + why.message());
    return false;
  }
  TellOnce(why.code(), "what it changes does not come back: " + why.message());
  return true;
}

void PullLink::TellOnce(Code code, const std::string& message) {
  if (std::exchange(told_trouble_, code) == code) return;
  sinks_.tell(Event(Warning{"pod " + pod_.name + ": " + message}));
}

Status PullLink::Connect(const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(
      AgentConnection connection,
      ConnectAgent(parts_.dialer, pod_.name, parts_.hello, In(kConnectPatience), stop));
  channel_ = std::move(connection.channel);
  client_.emplace(*channel_);
  puller_.emplace(PullerOptions{.pod = pod_.name, .root = parts_.root, .skip_fresh = true},
                  [this](const std::string& path, const sync::Entry& entry) {
                    sinks_.pod_has(pod_.uid, path, entry);
                  });
  return OkStatus();
}

Result<std::vector<FilePulled>> PullLink::Look(const PulledSnapshot& newest, bool leads,
                                               const std::stop_token& stop) {
  if (channel_ == nullptr) HAWSER_RETURN_IF_ERROR(Connect(stop));
  const std::stop_callback stopped(stop, [this] { channel_->Close(); });
  return puller_->Look(*client_,
                       {.workspace = *newest.snapshot,
                        .selection = newest.selection,
                        .only_conflicts = parts_.only_conflicts || !leads,
                        .one_of_several = !leads},
                       In(kLookPatience));
}

}  // namespace hawser::cli
