// One watch, taken up again where the server ends it.
#include "bench/operator/progress.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "bench/operator/population.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::bench {

Progress::Progress(kube::Api& api, std::string resource_version)
    : api_(api),
      thread_([this, version = std::move(resource_version)](const std::stop_token& stop) mutable {
        const auto sink = [&](const kube::WatchEvent& event) {
          version = kube::ResourceVersionOf(*event.object);
          Take(event);
          return OkStatus();
        };
        while (!stop.stop_requested()) {
          (void)api_.Watch(controller::kDevSessions, {}, version, sink, stop);
        }
      }) {}

bool Progress::AwaitPlanned(size_t count, Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return generations_.size() >= count; });
}

bool Progress::AwaitGeneration(const kube::ObjectKey& session, int64_t generation, Duration limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] {
    const auto it = generations_.find(session);
    return it != generations_.end() && it->second >= generation;
  });
}

size_t Progress::planned() const {
  const std::lock_guard lock(mutex_);
  return generations_.size();
}

void Progress::Take(const kube::WatchEvent& event) {
  if (event.type == kube::WatchEvent::Type::kBookmark || !IsPlanned(*event.object)) return;
  const std::lock_guard lock(mutex_);
  generations_[kube::KeyOf(*event.object)] = kube::GenerationOf(*event.object);
  changed_.notify_all();
}

}  // namespace hawser::bench
