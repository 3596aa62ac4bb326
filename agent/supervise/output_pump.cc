// The copying thread of the output pump.
#include "agent/supervise/output_pump.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace hawser::agent {
namespace {

constexpr size_t kAppOutputPiece = size_t{64} << 10;

void WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      pollfd writable{.fd = fd, .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, -1);
      continue;
    }
    if (count < 0) return;  // nobody reads the container's output: nothing to do about it
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

/// Copies all that is in the pipe now.
void Copy(int from, int to, LogRing& ring, std::string& buffer) {
  while (true) {
    const ssize_t count = ::read(from, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    const std::string_view bytes(buffer.data(), static_cast<size_t>(count));
    ring.Append(bytes);
    WriteAll(to, bytes);
    if (bytes.size() < buffer.size()) return;
  }
}

}  // namespace

Result<std::unique_ptr<OutputPump>> OutputPump::Start(LogRing& ring) {
  HAWSER_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  HAWSER_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return ErrnoStatus(errno, "can't make an eventfd");
  for (const Pipe* pipe : {&out, &err}) ::fcntl(pipe->reader.get(), F_SETFL, O_NONBLOCK);
  return std::unique_ptr<OutputPump>(
      new OutputPump(ring, std::move(out), std::move(err), std::move(wake)));
}

OutputPump::OutputPump(LogRing& ring, Pipe out, Pipe err, UniqueFd wake)
    : ring_(ring),
      out_(std::move(out)),
      err_(std::move(err)),
      wake_(std::move(wake)),
      thread_([this] { Run(); }) {}

OutputPump::~OutputPump() {
  ::eventfd_write(wake_.get(), 1);
}

void OutputPump::Run() {
  std::string buffer(kAppOutputPiece, '\0');
  std::array<pollfd, 3> watched{{{.fd = out_.reader.get(), .events = POLLIN, .revents = 0},
                                 {.fd = err_.reader.get(), .events = POLLIN, .revents = 0},
                                 {.fd = wake_.get(), .events = POLLIN, .revents = 0}}};
  while (watched[2].revents == 0) {
    ::poll(watched.data(), watched.size(), -1);
    Copy(out_.reader.get(), STDOUT_FILENO, ring_, buffer);
    Copy(err_.reader.get(), STDERR_FILENO, ring_, buffer);
  }
}

}  // namespace hawser::agent
