// Waiting for one descriptor with a deadline.
#include "lib/net/poll.h"

#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

namespace hawser::net {
namespace {

timespec Remaining(Deadline deadline) {
  using std::chrono::duration_cast;
  const Duration left = std::max(deadline - std::chrono::steady_clock::now(), Duration::zero());
  const auto seconds = duration_cast<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(),
          .tv_nsec = duration_cast<std::chrono::nanoseconds>(left - seconds).count()};
}

}  // namespace

Status WaitFor(int fd, short events, Deadline deadline) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  while (true) {
    const timespec timeout = Remaining(deadline);
    const int ready = ::ppoll(&entry, 1, deadline == kNoDeadline ? nullptr : &timeout, nullptr);
    if (ready > 0) return OkStatus();
    if (ready == 0) return DeadlineExceededError("nothing happened on the socket in time");
    if (errno != EINTR) return ErrnoStatus(errno, "poll");
  }
}

}  // namespace hawser::net
