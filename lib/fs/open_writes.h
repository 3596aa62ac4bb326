// Files that someone is writing, or made way for: held back until they are closed or come to rest.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/base/clock.h"

namespace hawser::fs {

/// An editor's write and close should not be read half-way, but a file that is kept open must not
/// be missed. Pure: time is passed in.
class OpenWrites {
 public:
  static constexpr Duration kRest = std::chrono::milliseconds(100);  ///< without a further write
  static constexpr Duration kMaxHold = std::chrono::seconds(1);      ///< since the first write
  /// A file that was removed comes back in this time if it was removed to be made anew.
  static constexpr Duration kComeBack = std::chrono::milliseconds(10);

  /// `path` was written and is still open.
  void Written(const std::string& path, TimePoint now);
  /// `path` was removed or moved away: linkers and editors do so just before they make it anew.
  /// Where files go on and on, all are due together after kMaxHold.
  void Gone(const std::string& path, TimePoint now);
  /// True while a file that went may come back.
  bool AwaitsReturn() const { return gone_ > 0; }
  bool AwaitsReturnOf(const std::string& path) const;
  /// `path` was closed, or something else makes it worth a look at once.
  void Settled(const std::string& path);
  /// When the next file is due; nothing when there is none.
  std::optional<TimePoint> NextAt() const;
  /// The files that are due, with the time of their first write.
  std::vector<std::pair<std::string, TimePoint>> Take(TimePoint now);

 private:
  struct Write {
    TimePoint first;
    TimePoint last;
    bool gone = false;
  };

  TimePoint DueAt(const Write& write) const {
    return write.gone ? std::min(write.last + kComeBack, gone_since_ + kMaxHold)
                      : std::min(write.last + kRest, write.first + kMaxHold);
  }

  std::map<std::string, Write> writes_;
  size_t gone_ = 0;         ///< of them
  TimePoint gone_since_{};  ///< when there was none last
};

}  // namespace hawser::fs
