// How often it is told that a session is used.
#pragma once

#include <optional>

#include "lib/base/clock.h"
#include "lib/devsession/devsession.h"

namespace hawser::cli {

/// Pure: no clock, no I/O. Not thread-safe.
class ActivityPace {
 public:
  /// So far apart are reports of a session that is used all the time, at most: they come three
  /// times as often as it would take to be idle.
  static constexpr Duration kInterval = std::chrono::minutes(1);
  /// A sleeping session is asked to wake again after this, until it is awake.
  static constexpr Duration kAskAgain = std::chrono::seconds(10);

  /// Takes note of the session as it is at `now`: whether anybody asks for its use, and whether it
  /// sleeps.
  void See(const devsession::DevSession& session, TimePoint now);
  /// The session is used.
  void Note();
  /// It is used from now on, until `until` (kNoDeadline: for as long as this lives) or Release.
  void Hold(TimePoint until);
  /// What holds it ends; what was noted until now is still told.
  void Release() { held_until_ = {}; }
  /// It was told at `now` that it is.
  void Told(TimePoint now);

  /// When it is to be told next; kNoDeadline while there is nothing to tell.
  TimePoint TellAt() const;
  /// True while there is use that was not told.
  bool HasNews() const { return watched_ && noted_; }

 private:
  bool watched_ = false;
  Duration interval_ = kInterval;
  bool asleep_ = false;
  bool noted_ = false;
  bool waking_ = false;
  TimePoint held_until_{};
  std::optional<TimePoint> told_;
  std::optional<TimePoint> asked_;  ///< to wake, last
};

}  // namespace hawser::cli
