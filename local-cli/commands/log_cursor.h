// How far an app's output was printed, so that a reconnect repeats and loses nothing.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/wire/app_messages.h"

namespace hawser::cli {

/// Follows the positions of the chunks it is shown.
class LogCursor {
 public:
  /// What of a chunk is to be printed.
  struct Fresh {
    std::string_view bytes;  ///< of the chunk
    uint64_t missed = 0;     ///< bytes before them that nobody keeps any more
  };

  /// The part of `chunk` that is new; moves past it.
  Fresh Take(const wire::LogChunk& chunk);

  /// Where the next request should begin.
  const wire::LogPosition& next() const { return next_; }

 private:
  wire::LogPosition next_;
};

/// The last `lines` lines of `text`.
std::string_view LastLines(std::string_view text, int64_t lines);

}  // namespace hawser::cli
