// Once a minute or sooner, but at once where a session is to wake.
#include "local-cli/cluster/activity_pace.h"

#include <algorithm>

#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

void ActivityPace::See(const devsession::DevSession& session, TimePoint now) {
  watched_ = session.spec.idle ||
             devsession::FindCondition(session.status, devsession::kAwakeCondition) != nullptr;
  interval_ = session.spec.idle ? std::min(kInterval, session.spec.idle->after / 3) : kInterval;
  asleep_ = IsAsleep(session);
  if (!asleep_) {
    waking_ = false;
    asked_.reset();
  } else if (noted_ || now < held_until_) {
    waking_ = true;
  }
}

void ActivityPace::Note() {
  noted_ = true;
  if (asleep_) waking_ = true;
}

void ActivityPace::Hold(TimePoint until) {
  held_until_ = until;
  Note();
}

void ActivityPace::Told(TimePoint now) {
  noted_ = false;
  told_ = now;
  if (waking_) asked_ = now;
}

TimePoint ActivityPace::TellAt() const {
  if (!watched_) return kNoDeadline;
  if (waking_) return asked_ ? *asked_ + kAskAgain : TimePoint{};
  const TimePoint next = told_ ? *told_ + interval_ : TimePoint{};
  return noted_ || next < held_until_ ? next : kNoDeadline;
}

}  // namespace hawser::cli
