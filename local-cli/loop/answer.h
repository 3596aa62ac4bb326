// A person's yes or no on the terminal.
#pragma once

#include <functional>
#include <thread>

#include "lib/base/unique_fd.h"

namespace hawser::cli {

/// Reads one line from `fd` on a thread of its own and says whether it is a yes; the end of input
/// is a no. Going away ends the wait without an answer.
class Answer {
 public:
  Answer(int fd, std::function<void(bool yes)> sink);
  ~Answer();
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

 private:
  void Run();

  const int fd_;
  const std::function<void(bool)> sink_;
  UniqueFd done_;
  std::jthread thread_;
};

}  // namespace hawser::cli
