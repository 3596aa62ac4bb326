// hawser-agent probe: for the sidecar's liveness and readiness probes.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "agent/commands.h"
#include "lib/net/socket.h"
#include "lib/wire/channel.h"

namespace hawser::agent {
namespace {

constexpr Duration kPatience = std::chrono::seconds(2);

Result<wire::StatusReply> AskStatus(const std::string& socket) {
  const Deadline deadline = In(kPatience);
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<net::ByteStream> stream, net::DialUnix(socket, deadline));
  wire::Channel channel(std::move(stream));
  HAWSER_RETURN_IF_ERROR(channel.Send(wire::StatusRequest{}, deadline));
  HAWSER_ASSIGN_OR_RETURN(const wire::Message answer, channel.Receive(deadline));
  if (const auto* status = std::get_if<wire::StatusReply>(&answer)) return *status;
  return InternalError("the agent answered with another message");
}

}  // namespace

int RunProbe(const ProbeArguments& arguments) {
  const Result<wire::StatusReply> status = AskStatus(arguments.volume.Socket());
  std::string trouble;
  if (!status.ok()) {
    trouble = status.status().ToString();
  } else if (arguments.supervisor && status->app == wire::AppState::kNoSupervisor) {
    trouble = "the supervisor is not connected";
  }
  if (trouble.empty()) return 0;
  std::fprintf(stderr, "hawser-agent probe: %s\n", trouble.c_str());
  return 1;
}

}  // namespace hawser::agent
