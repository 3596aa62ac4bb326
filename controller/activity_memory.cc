// A map under a mutex; entries go with their sessions.
#include "controller/activity_memory.h"

#include <algorithm>

#include "lib/base/text.h"

namespace hawser::controller {

namespace {

/// All that tells of use: the last push, the last time a command line saw any, the spec, and the
/// restarts asked for.
std::string ReportedBy(const devsession::DevSession& session) {
  const devsession::SessionStatus& status = session.status;
  return status.last_active + " " + (status.last_sync ? status.last_sync->time : std::string()) +
         " " + std::to_string(session.generation) + " " +
         std::to_string(status.restarts ? status.restarts->requested : 0);
}

std::optional<WallTime> TimeOf(const devsession::SessionStatus& status) {
  std::optional<WallTime> latest;
  const std::string pushed = status.last_sync ? status.last_sync->time : std::string();
  for (const std::string& text : {status.last_active, pushed}) {
    const Result<WallTime> time = ParseTime(text);
    if (time.ok()) latest = std::max(latest.value_or(*time), *time);
  }
  return latest;
}

}  // namespace

std::optional<WallTime> ActivityMemory::Look(const devsession::DevSession& session, WallTime now) {
  const std::string reported = ReportedBy(session);
  const std::optional<WallTime> time = TimeOf(session.status);
  const std::lock_guard lock(mutex_);
  const auto [it, first] =
      entries_.try_emplace({session.ns, session.name}, Entry{reported, time, now});
  Entry& entry = it->second;
  if (first) {
    if (entry.at) entry.at = std::min(*entry.at, now);
  } else if (entry.reported != reported) {
    const bool believed = time && *time > entry.looked && *time <= now;
    entry.at = believed ? *time : now;
  }
  entry.reported = reported;
  entry.looked = now;
  return entry.at;
}

void ActivityMemory::Forget(const kube::ObjectKey& session) {
  const std::lock_guard lock(mutex_);
  entries_.erase(session);
}

size_t ActivityMemory::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace hawser::controller
