// The supervisor's loop: waits for signals, children, the agent, step output or time, and performs
// what Step decides.
#include "agent/supervise/driver.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>
#include <vector>

#include "agent/supervise/agent_link.h"
#include "agent/supervise/host_processes.h"
#include "agent/supervise/output_pump.h"
#include "lib/base/bounded_queue.h"
#include "lib/base/random.h"

namespace hawser::agent {
namespace {

constexpr int kForwarded[] = {SIGTERM, SIGINT,   SIGQUIT, SIGHUP,  SIGUSR1,
                              SIGUSR2, SIGWINCH, SIGALRM, SIGCONT, SIGPWR};
constexpr size_t kWaitingEvents = 64;
constexpr int kPipePieces = 4;  ///< more than a pipe holds
constexpr Duration kFlushPatience = std::chrono::milliseconds(500);

/// Blocks the signals that arrive by descriptor and returns that descriptor.
Result<UniqueFd> TakeSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (const int signal : kForwarded) sigaddset(&signals, signal);
  ::sigprocmask(SIG_SETMASK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  UniqueFd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return ErrnoStatus(errno, "can't make a signalfd");
  return fd;
}

/// The loop's owner. Everything but the link's deliveries happens on the calling thread.
class Driver {
 public:
  Driver(SupervisorOptions options, const Volume& volume, const std::string& container_root,
         UniqueFd signals, UniqueFd wake, std::unique_ptr<OutputPump> pump, LogRing& ring)
      : signals_(std::move(signals)),
        wake_(std::move(wake)),
        ring_(ring),
        pump_(std::move(pump)),
        events_(kWaitingEvents),
        processes_(pump_->outputs()),
        files_(volume, container_root),
        supervisor_(std::move(options), processes_, files_),
        link_(volume.Socket(), container_root, ring, [this](SupervisorEvent event) {
          events_.Push(std::move(event));
          ::eventfd_write(wake_.get(), 1);
        }) {}

  int Run() {
    Feed(Begin{});
    while (!exit_code_) {
      Wait();
      ReadStepOutput(1);
      ReadSignals();
      ReadAgent();
      if (const auto due = supervisor_.due(); due && In({}) >= *due) Feed(TimerDue{});
    }
    events_.Close();
    link_.Flush(In(kFlushPatience));
    return *exit_code_;
  }

 private:
  void Wait() const {
    std::array<pollfd, 3> watched{
        {{.fd = signals_.get(), .events = POLLIN, .revents = 0},
         {.fd = wake_.get(), .events = POLLIN, .revents = 0},
         {.fd = processes_.step_output(), .events = POLLIN, .revents = 0}}};
    timespec timeout{};
    const std::optional<TimePoint> due = supervisor_.due();
    if (due) {
      const auto left = std::max(Duration::zero(), *due - In({}));
      const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
      timeout = {.tv_sec = whole.count(), .tv_nsec = (left - whole).count()};
    }
    ::ppoll(watched.data(), watched.size(), due ? &timeout : nullptr, nullptr);
  }

  /// At most so many pieces: a step that never stops writing must not keep the loop from the rest.
  void ReadStepOutput(int pieces) {
    for (int i = 0; i < pieces; ++i) {
      std::string bytes = processes_.ReadStepOutput();
      if (bytes.empty()) return;
      ring_.Append(bytes);
      Feed(StepWrote{.bytes = std::move(bytes)});
    }
  }

  void ReadSignals() {
    signalfd_siginfo info{};
    bool child = false;
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      const int signal = static_cast<int>(info.ssi_signo);
      child = child || signal == SIGCHLD;
      if (signal != SIGCHLD) Feed(SignalReceived{.signal = signal});
    }
    if (child) ReapChildren();
  }

  void ReapChildren() {
    ChildrenExited event;
    while (const std::optional<ReapedChild> reaped = ReapChild()) event.children.push_back(*reaped);
    ReadStepOutput(kPipePieces);  // what a step wrote before it ended belongs to it
    if (!event.children.empty()) Feed(event);
  }

  void ReadAgent() {
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    while (std::optional<SupervisorEvent> event = events_.Pop(In({}))) Feed(*event);
  }

  void Feed(const SupervisorEvent& event) {
    if (exit_code_) return;
    Effects effects = supervisor_.Step(event, In({}));
    for (const Effects::Note& note : effects.notes) {
      if (note.detail.empty()) {
        log::Write(note.level, note.message, {});
      } else {
        log::Write(note.level, note.message, {{"detail", note.detail}});
      }
    }
    for (wire::Message& message : effects.messages) link_.Send(std::move(message));
    exit_code_ = effects.exit_code;
  }

  const UniqueFd signals_;
  const UniqueFd wake_;
  LogRing& ring_;
  const std::unique_ptr<OutputPump> pump_;
  BoundedQueue<SupervisorEvent> events_;
  HostProcesses processes_;
  VolumeFiles files_;
  Supervisor supervisor_;
  std::optional<int> exit_code_;
  AgentLink link_;
};

}  // namespace

Result<int> RunSupervisor(SupervisorOptions options, const Volume& volume,
                          const std::string& container_root) {
  HAWSER_ASSIGN_OR_RETURN(UniqueFd signals, TakeSignals());
  HAWSER_RETURN_IF_ERROR(BecomeSubreaper());
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return ErrnoStatus(errno, "can't make an eventfd");
  LogRing ring(RandomU64() | 1);  // never 0
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<OutputPump> pump, OutputPump::Start(ring));
  Driver driver(std::move(options), volume, container_root, std::move(signals), std::move(wake),
                std::move(pump), ring);
  return driver.Run();
}

}  // namespace hawser::agent
