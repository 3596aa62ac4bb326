// Waiting for one descriptor with a deadline.
#include "lib/net/poll.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "lib/base/unique_fd.h"

namespace hawser::net {
namespace {

timespec Remaining(Deadline deadline) {
  using std::chrono::duration_cast;
  const Duration left = std::max(deadline - std::chrono::steady_clock::now(), Duration::zero());
  const auto seconds = duration_cast<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(),
          .tv_nsec = duration_cast<std::chrono::nanoseconds>(left - seconds).count()};
}

/// Waits until something happened on any of `entries`.
Status Poll(std::span<pollfd> entries, Deadline deadline) {
  while (true) {
    const timespec timeout = Remaining(deadline);
    const int ready = ::ppoll(entries.data(), entries.size(),
                              deadline == kNoDeadline ? nullptr : &timeout, nullptr);
    if (ready > 0) return OkStatus();
    if (ready == 0) return DeadlineExceededError("nothing happened on the socket in time");
    if (errno != EINTR) return ErrnoStatus(errno, "poll");
  }
}

}  // namespace

Status WaitFor(int fd, short events, Deadline deadline) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return Poll({&entry, 1}, deadline);
}

Status WaitFor(int fd, short events, Deadline deadline, const std::stop_token& stop) {
  if (!stop.stop_possible()) return WaitFor(fd, events, deadline);
  const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
  if (!wake.valid()) return ErrnoStatus(errno, "eventfd");
  const std::stop_callback on_stop(stop, [&] { ::eventfd_write(wake.get(), 1); });
  pollfd entries[] = {{fd, events, 0}, {wake.get(), POLLIN, 0}};
  HAWSER_RETURN_IF_ERROR(Poll(entries, deadline));
  return entries[1].revents == 0 ? OkStatus() : CancelledError("the wait was cancelled");
}

}  // namespace hawser::net
