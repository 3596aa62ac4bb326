// A look a second, and one before each push that could replace what the pod changed.
#include "local-cli/loop/pull_follower.h"

#include <algorithm>
#include <utility>

namespace hawser::cli {

namespace {

constexpr Duration kLookEvery = std::chrono::seconds(1);
/// Looks take at most this part of the time, however large what is followed.
constexpr int kIdleShare = 10;
constexpr Duration kConnectPatience = std::chrono::seconds(5);
constexpr Duration kLookPatience = std::chrono::minutes(5);
constexpr Duration kBeforePush = std::chrono::seconds(5);

}  // namespace

PullFollower::PullFollower(PullFollowerParts parts, Tell tell, PodHas pod_has)
    : parts_(std::move(parts)),
      tell_(std::move(tell)),
      pod_has_(std::move(pod_has)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

PullFollower::~PullFollower() {
  thread_.request_stop();
}

void PullFollower::OpenBeforePush(const PodView& pod) {
  std::unique_lock lock(mutex_);
  pods_[pod.uid] = pod;
  if (newest_ != nullptr && FirstPod()->uid == pod.uid) AskAndWait(lock);
}

void PullFollower::Close(const std::string& uid) {
  const std::lock_guard lock(mutex_);
  pods_.erase(uid);
}

void PullFollower::LookSoon() {
  const std::lock_guard lock(mutex_);
  ++asked_;
  changed_.notify_all();
}

void PullFollower::LookBefore(const sync::SnapshotPtr& snapshot) {
  std::unique_lock lock(mutex_);
  const sync::SnapshotPtr before = std::exchange(newest_, snapshot);
  if (before == nullptr || pods_.empty()) return;  // OpenBeforePush looks
  if (Touches(before->tree, snapshot->tree)) AskAndWait(lock);
}

void PullFollower::AskAndWait(std::unique_lock<std::mutex>& lock) {
  const uint64_t wanted = ++asked_;
  changed_.notify_all();
  changed_.wait_until(lock, In(kBeforePush), [&] { return done_ >= wanted; });
}

bool PullFollower::Touches(const sync::Tree& before, const sync::Tree& after) const {
  const std::vector<sync::TreeChange> changes = sync::Diff(before, after);
  return std::any_of(changes.begin(), changes.end(), [this](const sync::TreeChange& change) {
    return parts_.selection.WorkspacePath(change.path).has_value();
  });
}

std::optional<PodView> PullFollower::FirstPod() const {
  const auto first = std::min_element(pods_.begin(), pods_.end(), [](const auto& a, const auto& b) {
    return a.second.name < b.second.name;
  });
  return first == pods_.end() ? std::nullopt : std::optional(first->second);
}

void PullFollower::Run(const std::stop_token& stop) {
  Duration pause = kLookEvery;
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [&] { return asked_ > done_; });
    const uint64_t answering = asked_;
    const std::optional<PodView> pod = FirstPod();
    const sync::SnapshotPtr snapshot = newest_;
    lock.unlock();
    const TimePoint began = In({});
    if (pod.has_value() && snapshot != nullptr && !stop.stop_requested()) {
      LookAt(*pod, snapshot, stop);
    }
    pause = std::max<Duration>(kLookEvery, kIdleShare * (In({}) - began));
    lock.lock();
    done_ = answering;
    changed_.notify_all();
  }
}

void PullFollower::LookAt(const PodView& pod, const sync::SnapshotPtr& snapshot,
                          const std::stop_token& stop) {
  const Result<std::vector<FilePulled>> events = Look(pod, snapshot, stop);
  if (events.ok()) {
    told_trouble_.reset();
    for (const FilePulled& event : *events) tell_(Event(event));
    return;
  }
  channel_.reset();
  connected_to_.clear();
  // A pod that can't be reached is its link's to tell.
  if (IsRetryable(events.status()) || told_trouble_ == events.status().code()) return;
  told_trouble_ = events.status().code();
  tell_(Event(Warning{"pod " + pod.name +
                      ": what it changes does not come back: " + events.status().message()}));
}

Result<std::vector<FilePulled>> PullFollower::Look(const PodView& pod,
                                                   const sync::SnapshotPtr& snapshot,
                                                   const std::stop_token& stop) {
  if (connected_to_ != pod.uid) {
    HAWSER_ASSIGN_OR_RETURN(
        AgentConnection connection,
        ConnectAgent(parts_.dialer, pod.name, parts_.hello, In(kConnectPatience), stop));
    channel_ = std::move(connection.channel);
    client_.emplace(*channel_);
    puller_.emplace(PullerOptions{.pod = pod.name,
                                  .root = parts_.root,
                                  .skip_fresh = true,
                                  .only_conflicts = parts_.only_conflicts},
                    parts_.selection,
                    [this, uid = pod.uid](const std::string& path, const sync::Entry& entry) {
                      pod_has_(uid, path, entry);
                    });
    connected_to_ = pod.uid;
  }
  const std::stop_callback stopped(stop, [this] { channel_->Close(); });
  return puller_->Look(*client_, *snapshot, In(kLookPatience));
}

}  // namespace hawser::cli
