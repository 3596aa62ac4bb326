// Signals taken synchronously, turned into a stop request.
#include "controller/stop_signals.h"

#include <unistd.h>

#include <thread>

#include "lib/base/log.h"

namespace hawser::controller {

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Status RunUntilSignal(const Work& work, const sigset_t& signals) {
  Status outcome;
  std::jthread runner([&](std::stop_token stop) {
    outcome = work(stop);
    if (!stop.stop_requested()) kill(getpid(), SIGTERM);
  });
  int signal = 0;
  sigwait(&signals, &signal);
  log::Info("Stopping", {{"signal", signal}});
  runner.request_stop();
  runner.join();
  return outcome.code() == Code::kCancelled ? Status() : outcome;
}

}  // namespace hawser::controller
