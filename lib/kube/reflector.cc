// The list-and-watch state machine and the thread body that performs its actions.
#include "lib/kube/reflector.h"

#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/memory.h"
#include "lib/base/random.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

constexpr Duration kShortestWatch = std::chrono::seconds(1);

// False when `stop` came first.
bool SleepFor(Duration delay, const std::stop_token& stop) {
  if (delay <= Duration::zero()) return !stop.stop_requested();
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, delay, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

ReflectorMachine::ReflectorMachine(const ReflectorOptions& options, uint64_t seed)
    : backoff_(options.backoff, seed), healthy_after_(options.healthy_after) {}

ReflectorMachine::Action ReflectorMachine::Step(const Input& input, TimePoint now) {
  if (const auto* listed = std::get_if<Listed>(&input)) {
    resource_version_ = listed->resource_version;
    return Next(Duration::zero());
  }
  if (const auto* seen = std::get_if<Seen>(&input)) {
    if (!seen->resource_version.empty()) resource_version_ = seen->resource_version;
    return Next(Duration::zero());
  }
  if (const auto* failed = std::get_if<Failed>(&input)) {
    if (failed->status.code() == Code::kOutOfRange) resource_version_.clear();
    return Retry(now);
  }
  // A server that ends every watch at once must not be asked in a tight loop.
  const bool hasty = now - std::exchange(last_end_, now) < kShortestWatch;
  return hasty ? Retry(now) : Next(Duration::zero());
}

ReflectorMachine::Action ReflectorMachine::Next(Duration delay) const {
  const auto kind = resource_version_.empty() ? Action::Kind::kList : Action::Kind::kWatch;
  return {kind, resource_version_, delay};
}

ReflectorMachine::Action ReflectorMachine::Retry(TimePoint now) {
  if (backoff_.failures() > 0 && now - last_failure_ >= healthy_after_) backoff_.Reset();
  last_failure_ = now;
  return Next(backoff_.Next());
}

Reflector::Reflector(ReflectorOptions options, Api& api, Cache& cache, const Clock& clock,
                     ChangeHandler on_change, FailureHandler on_failure)
    : options_(std::move(options)),
      api_(api),
      cache_(cache),
      clock_(clock),
      on_change_(std::move(on_change)),
      on_failure_(std::move(on_failure)),
      machine_(options_, RandomU64()) {}

void Reflector::Run(std::stop_token stop) {
  ReflectorMachine::Action action = ReflectorMachine::Start();
  while (SleepFor(action.delay, stop)) action = Perform(action, stop);
}

ReflectorMachine::Action Reflector::Perform(const ReflectorMachine::Action& action,
                                            std::stop_token stop) {
  if (action.kind == ReflectorMachine::Action::Kind::kList) return List();
  return Watch(action.resource_version, std::move(stop));
}

ReflectorMachine::Action Reflector::List() {
  Result<ObjectList> list = api_.List(options_.resource, options_.list);
  if (!list.ok()) return Fail(list.status());
  std::vector<ObjectPtr> objects;
  objects.reserve(list->items.size());
  for (nlohmann::json& item : list->items) {
    objects.push_back(std::make_shared<const nlohmann::json>(std::move(item)));
  }
  list->items = {};
  Publish(cache_.Replace(objects));
  objects = {};
  ReturnFreeMemory();
  return machine_.Step(ReflectorMachine::Listed{list->resource_version}, clock_.Now());
}

ReflectorMachine::Action Reflector::Watch(const std::string& resource_version,
                                          std::stop_token stop) {
  const auto take = [this](const WatchEvent& event) {
    if (const std::optional<Change> change = cache_.Apply(event)) Publish({*change});
    machine_.Step(ReflectorMachine::Seen{ResourceVersionOf(*event.object)}, clock_.Now());
    return OkStatus();
  };
  const Status status =
      api_.Watch(options_.resource, options_.list, resource_version, take, std::move(stop));
  if (status.ok() || status.code() == Code::kCancelled) {
    return machine_.Step(ReflectorMachine::Ended{}, clock_.Now());
  }
  return Fail(status);
}

ReflectorMachine::Action Reflector::Fail(const Status& status) {
  if (on_failure_) on_failure_(status);
  return machine_.Step(ReflectorMachine::Failed{status}, clock_.Now());
}

void Reflector::Publish(const std::vector<Change>& changes) {
  for (const Change& change : changes) on_change_(change);
}

}  // namespace hawser::kube
