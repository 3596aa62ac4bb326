// A thread that reads signals as a file descriptor.
#include "local-cli/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace hawser::cli {

namespace {

void Signal(const UniqueFd& event) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(event.get(), &one, sizeof(one));
}

}  // namespace

Interrupt::Interrupt() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_.Reset(::signalfd(-1, &set, SFD_CLOEXEC));
  asked_.Reset(::eventfd(0, EFD_CLOEXEC));
  done_.Reset(::eventfd(0, EFD_CLOEXEC));
  thread_ = std::jthread([this] { Run(); });
}

Interrupt::~Interrupt() {
  Signal(done_);
}

void Interrupt::Ask() {
  Signal(asked_);
}

void Interrupt::Run() {
  pollfd waiting[] = {
      {signals_.get(), POLLIN, 0}, {done_.get(), POLLIN, 0}, {asked_.get(), POLLIN, 0}};
  while (true) {
    if (::poll(waiting, 3, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    if (waiting[2].revents != 0) {
      waiting[2].fd = -1;  // once is enough
      source_.request_stop();
      continue;
    }
    signalfd_siginfo info;
    if (::read(signals_.get(), &info, sizeof(info)) != sizeof(info)) continue;
    if (!source_.request_stop()) ::_exit(kInterrupted);
  }
}

bool WaitFor(Duration duration, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace hawser::cli
