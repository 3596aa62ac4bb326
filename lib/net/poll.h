// Waiting for one descriptor with a deadline.
#pragma once

#include <stop_token>

#include "lib/base/clock.h"
#include "lib/base/status.h"

namespace hawser::net {

/// Waits until poll(2) reports `events` (POLLIN, POLLOUT), an error or a hang-up on `fd`.
/// deadline_exceeded otherwise.
Status WaitFor(int fd, short events, Deadline deadline);
/// The same, or cancelled as soon as `stop` is asked.
Status WaitFor(int fd, short events, Deadline deadline, const std::stop_token& stop);

}  // namespace hawser::net
