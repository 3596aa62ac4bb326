// Transitions of the app's process.
#include "agent/supervise/app.h"

#include <csignal>
#include <utility>

namespace hawser::agent {
namespace {

using std::chrono::seconds;

constexpr BackoffOptions kRetry = {
    .initial = seconds(1), .max = seconds(30), .factor = 2.0, .jitter = 0.1};
constexpr Duration kHealthy = seconds(60);
/// A killed process that still is not gone hangs in the kernel; nothing is gained by waiting
/// longer.
constexpr Duration kKillPatience = seconds(2);

}  // namespace

App::App(std::vector<std::string> argv, Processes& processes, uint64_t seed)
    : argv_(std::move(argv)), processes_(processes), backoff_(kRetry, seed) {}

Status App::Start(TimePoint now) {
  ++starts_;
  started_ = now;
  leader_ended_ = killed_ = false;
  due_.reset();
  const Result<pid_t> pid = processes_.StartApp(argv_);
  if (!pid.ok()) {
    phase_ = Phase::kExited;
    last_exit_ = ExitCodeOf(pid.status());
    return pid.status();
  }
  pid_ = *pid;
  phase_ = Phase::kRunning;
  return OkStatus();
}

void App::Stop(int signal, Duration grace, TimePoint now) {
  if (phase_ != Phase::kRunning) return;
  phase_ = Phase::kStopping;
  due_ = now + grace;
  processes_.SignalGroup(pid_, signal);
}

void App::Forward(int signal) {
  if (alive()) processes_.SignalGroup(pid_, signal);
}

void App::OnChildExited(const ReapedChild& child) {
  if (!alive()) return;
  if (child.pid == pid_ && !leader_ended_) {
    leader_ended_ = true;
    last_exit_ = child.code;
    if (phase_ == Phase::kRunning) {
      processes_.SignalGroup(pid_, SIGKILL);
      phase_ = Phase::kExited;
    }
  }
  if (phase_ == Phase::kStopping) CheckStopped();
}

void App::OnTimer(TimePoint now) {
  if (!due_ || now < *due_ || phase_ != Phase::kStopping) return;
  if (killed_) {
    phase_ = Phase::kExited;
    due_.reset();
    return;
  }
  killed_ = true;
  due_ = now + kKillPatience;
  processes_.SignalGroup(pid_, SIGKILL);
}

Duration App::RetryDelay(TimePoint now) {
  if (now - started_ >= kHealthy) backoff_.Reset();
  return backoff_.Next();
}

void App::CheckStopped() {
  if (!leader_ended_ || processes_.GroupAlive(pid_)) return;
  phase_ = Phase::kExited;
  due_.reset();
}

}  // namespace hawser::agent
