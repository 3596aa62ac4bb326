// Waits for a line or for the end of the question, whichever comes first.
#include "local-cli/loop/answer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hawser::cli {

Answer::Answer(int fd, std::function<void(bool)> sink)
    : fd_(fd),
      sink_(std::move(sink)),
      done_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Run(); }) {}

Answer::~Answer() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(done_.get(), &one, sizeof(one));
}

void Answer::Run() {
  std::string line;
  pollfd waiting[] = {{fd_, POLLIN, 0}, {done_.get(), POLLIN, 0}};
  while (line.find('\n') == std::string::npos) {
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    char buffer[64];
    const ssize_t count = ::read(fd_, buffer, sizeof(buffer));
    if (count <= 0) break;
    line.append(buffer, static_cast<size_t>(count));
  }
  sink_(line.starts_with('y') || line.starts_with('Y'));
}

}  // namespace hawser::cli
