// Connects to the app's port until it accepts.
#include "agent/serve/ready_probe.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lib/net/connect.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kSettle = milliseconds(50);
constexpr Duration kFirstPause = milliseconds(2);
constexpr Duration kLastPause = milliseconds(50);
constexpr Duration kGiveUp = seconds(60);
constexpr Duration kConnect = seconds(1);

bool Accepts(uint16_t port) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    const Result<net::Address> target = net::ParseAddress(address, port);
    if (target.ok() && net::ConnectSocket(*target, In(kConnect)).ok()) return true;
  }
  return false;
}

}  // namespace

ReadyProbe::ReadyProbe(std::function<void(uint64_t)> on_ready)
    : on_ready_(std::move(on_ready)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

ReadyProbe::~ReadyProbe() = default;

void ReadyProbe::Watch(uint64_t number, uint16_t port) {
  const std::lock_guard lock(mutex_);
  next_ = Target{.number = number, .port = port};
  changed_.notify_all();
}

void ReadyProbe::Run(const std::stop_token& stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return next_.has_value(); })) return;
    const Target target = *std::exchange(next_, std::nullopt);
    lock.unlock();
    if (Await(target, stop)) on_ready_(target.number);
  }
}

bool ReadyProbe::Await(const Target& target, const std::stop_token& stop) {
  if (target.port == 0) return Pause(kSettle, stop);
  const Deadline deadline = In(kGiveUp);
  for (Duration pause = kFirstPause; In({}) < deadline;
       pause = std::min(pause * 5 / 4, kLastPause)) {
    if (Accepts(target.port)) return true;
    if (!Pause(pause, stop)) return false;
  }
  return false;
}

bool ReadyProbe::Pause(Duration duration, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const bool replaced =
      changed_.wait_for(lock, stop, duration, [this] { return next_.has_value(); });
  return !replaced && !stop.stop_requested();
}

}  // namespace hawser::agent
