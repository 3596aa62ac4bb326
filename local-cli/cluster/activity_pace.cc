// Once a minute, but at once where a session is to wake.
#include "local-cli/cluster/activity_pace.h"

#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

void ActivityPace::See(const devsession::DevSession& session) {
  watched_ = session.spec.idle ||
             devsession::FindCondition(session.status, devsession::kAwakeCondition) != nullptr;
  asleep_ = IsAsleep(session);
  if (!asleep_) {
    waking_ = false;
    asked_.reset();
  } else if (noted_ || held_) {
    waking_ = true;
  }
}

void ActivityPace::Note() {
  noted_ = true;
  if (asleep_) waking_ = true;
}

void ActivityPace::Hold() {
  held_ = true;
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
  if (noted_ || held_) return told_ ? *told_ + kInterval : TimePoint{};
  return kNoDeadline;
}

}  // namespace hawser::cli
