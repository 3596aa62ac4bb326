// Processes of this machine.
#include "agent/supervise/host_processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace hawser::agent {
namespace {

constexpr size_t kStepOutputPiece = size_t{64} << 10;

}  // namespace

Result<pid_t> HostProcesses::StartApp(const std::vector<std::string>& argv) {
  return Spawn(argv, app_outputs_);
}

Result<pid_t> HostProcesses::StartStep(const std::vector<std::string>& argv) {
  HAWSER_ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
  ::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK);
  step_output_ = std::move(pipe.reader);
  return Spawn(argv, {.out = pipe.writer.get(), .err = pipe.writer.get()});
}

void HostProcesses::SignalGroup(pid_t group, int signal) {
  ::kill(-group, signal);
}

bool HostProcesses::GroupAlive(pid_t group) {
  return ::kill(-group, 0) == 0 || errno == EPERM;
}

std::string HostProcesses::ReadStepOutput() {
  std::string output;
  while (step_output_.valid() && output.size() < kStepOutputPiece) {
    const size_t size = output.size();
    output.resize(kStepOutputPiece);
    const ssize_t count = ::read(step_output_.get(), output.data() + size, kStepOutputPiece - size);
    output.resize(size + (count > 0 ? static_cast<size_t>(count) : 0));
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) step_output_.Reset();
    if (count <= 0) break;
  }
  return output;
}

}  // namespace hawser::agent
