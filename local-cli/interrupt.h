// Ctrl-C as a stop token, and waits that it ends.
#pragma once

#include <stop_token>
#include <thread>

#include "lib/base/clock.h"
#include "lib/base/unique_fd.h"

namespace hawser::cli {

/// The exit code of a process that Ctrl-C ended: 128 + SIGINT, as shells report it.
inline constexpr int kInterrupted = 130;
/// Of one whose output nobody reads any more: 128 + SIGPIPE.
inline constexpr int kUnread = 141;

/// Turns SIGINT and SIGTERM into a stop request; the second one ends the process at once with code
/// 130. Make it in main before any other thread: it blocks both signals, and threads made later
/// inherit that.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token token() const { return source_.get_token(); }

  /// Asks to stop, as the first signal does. On another thread: whoever calls may hold what those
  /// who are told want. Any thread.
  void Ask();

 private:
  void Run();

  std::stop_source source_;
  UniqueFd signals_;
  UniqueFd asked_;
  UniqueFd done_;
  std::jthread thread_;
};

/// Waits for `duration`, or less when `stop` is asked. False when it was.
bool WaitFor(Duration duration, std::stop_token stop);

}  // namespace hawser::cli
