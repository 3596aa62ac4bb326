// A Lease by read, decide, write: the write is a conflict when another was faster.
#include "lib/kube/lease.h"

#include <condition_variable>
#include <thread>
#include <utility>

#include "lib/kube/object.h"

namespace hawser::kube {

namespace {

using nlohmann::json;

constexpr Duration kLookInterval = std::chrono::milliseconds(100);

int64_t Seconds(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

/// Waits on a monotonic clock; ends early when `stop` asks.
void Pause(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

/// The Lease's record, or an empty one.
json SpecOf(const json& lease) {
  const json* spec = Find(lease, "/spec");
  return spec != nullptr && spec->is_object() ? *spec : json::object();
}

/// A write of `spec` that is valid only for what was read.
json LeaseWith(const ObjectKey& key, const json& live, json spec) {
  json lease = MakeObject(resources::kLeases, key);
  if (!live.is_null()) lease["metadata"]["resourceVersion"] = ResourceVersionOf(live);
  lease["spec"] = std::move(spec);
  return lease;
}

}  // namespace

LeaseMachine::LeaseMachine(LeaseOptions options) : options_(std::move(options)) {}

std::optional<json> LeaseMachine::Next(const json& live, TimePoint now, WallTime wall) {
  const json spec = SpecOf(live);
  if (seen_ != spec) {
    seen_ = spec;
    seen_at_ = now;
  }
  const bool ours = StringAt(spec, "/holderIdentity") == options_.identity;
  if (!ours && !IsFree(spec, now)) {
    renewed_.reset();
    return std::nullopt;
  }
  json next = spec;
  next["holderIdentity"] = options_.identity;
  next["leaseDurationSeconds"] = Seconds(options_.duration);
  next["renewTime"] = MicroTime(wall);
  if (!ours) {
    next["acquireTime"] = MicroTime(wall);
    next["leaseTransitions"] = IntegerAt(spec, "/leaseTransitions", -1) + 1;
  }
  return LeaseWith(options_.key, live, std::move(next));
}

std::optional<json> LeaseMachine::Release(const json& live, WallTime wall) {
  json spec = SpecOf(live);
  renewed_.reset();
  if (StringAt(spec, "/holderIdentity") != options_.identity) return std::nullopt;
  spec["holderIdentity"] = "";
  spec["leaseDurationSeconds"] = 1;
  spec["renewTime"] = MicroTime(wall);
  return LeaseWith(options_.key, live, std::move(spec));
}

bool LeaseMachine::IsFree(const json& spec, TimePoint now) const {
  if (StringAt(spec, "/holderIdentity").empty()) return true;
  const std::chrono::seconds duration(
      IntegerAt(spec, "/leaseDurationSeconds", Seconds(options_.duration)));
  return now - seen_at_ >= duration;
}

LeaderElection::LeaderElection(LeaseOptions options, Api& api, const Clock& clock)
    : options_(options), api_(api), clock_(clock), machine_(std::move(options)) {}

Status LeaderElection::Attempt() {
  const TimePoint asked = clock_.Now();
  Result<json> live = api_.Get(resources::kLeases, options_.key);
  if (!live.ok() && live.status().code() != Code::kNotFound) return live.status();
  const json found = live.value_or(json());
  std::optional<json> next;
  {
    const std::lock_guard lock(mutex_);
    next = machine_.Next(found, clock_.Now(), clock_.WallNow());
  }
  if (!next) return OkStatus();
  HAWSER_RETURN_IF_ERROR(Write(found, *next));
  const std::lock_guard lock(mutex_);
  machine_.Wrote(asked);
  return OkStatus();
}

Status LeaderElection::Write(const json& live, const json& lease) {
  if (live.is_null()) return api_.Create(resources::kLeases, options_.key.ns, lease).status();
  return api_.Patch(resources::kLeases, options_.key, PatchType::kMerge, lease, "").status();
}

Status LeaderElection::Acquire(std::stop_token stop) {
  while (!stop.stop_requested()) {
    (void)Attempt();  // whatever failed, the next attempt looks afresh
    if (Leads()) return OkStatus();
    Pause(options_.retry, stop);
  }
  return CancelledError("stopped before the lease " + options_.key.ToString() + " was held");
}

void LeaderElection::Hold(std::stop_token stop, const std::function<void()>& on_lost) {
  // Renewing has a thread of its own: a request that hangs must not keep the loss from being seen.
  const std::jthread renewer([this](std::stop_token own) {
    for (; !own.stop_requested(); Pause(options_.retry, own)) (void)Attempt();
  });
  for (; !stop.stop_requested(); Pause(kLookInterval, stop)) {
    if (!Leads()) return on_lost();
  }
}

Status LeaderElection::Release() {
  Result<json> live = api_.Get(resources::kLeases, options_.key);
  if (!live.ok()) return live.status();
  std::optional<json> lease;
  {
    const std::lock_guard lock(mutex_);
    lease = machine_.Release(*live, clock_.WallNow());
  }
  return lease ? Write(*live, *lease) : OkStatus();
}

bool LeaderElection::Leads() const {
  const std::lock_guard lock(mutex_);
  return machine_.Holds(clock_.Now());
}

}  // namespace hawser::kube
