// Places are counted; those that failures keep are given back by time.
#include "agent/serve/gate.h"

namespace hawser::agent {

bool Gate::Enter(TimePoint now) {
  const std::lock_guard lock(mutex_);
  while (!free_at_.empty() && free_at_.front() <= now) free_at_.pop_front();
  if (inside_ + free_at_.size() >= options_.places) return false;
  ++inside_;
  return true;
}

void Gate::Leave(bool proved, TimePoint now) {
  const std::lock_guard lock(mutex_);
  --inside_;
  if (!proved) free_at_.push_back(now + options_.after_failure);
}

bool Gate::ShouldTell(TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (now < tell_at_) return false;
  tell_at_ = now + options_.tell_every;
  return true;
}

}  // namespace hawser::agent
