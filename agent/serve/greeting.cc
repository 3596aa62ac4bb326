// Protocol versions that overlap, and the same session.
#include "agent/serve/greeting.h"

namespace hawser::agent {
namespace {

std::string VersionRange(const wire::Hello& hello) {
  std::string range = std::to_string(hello.min_version);
  if (hello.max_version != hello.min_version) range += " to " + std::to_string(hello.max_version);
  return range;
}

}  // namespace

std::optional<wire::Reject> RefuseHello(const wire::Hello& hello, const std::string& session,
                                        const std::string& version) {
  if (hello.min_version > wire::kProtocolVersion || hello.max_version < wire::kProtocolVersion) {
    return wire::Reject{.reason = wire::RejectReason::kVersion,
                        .message = "the agent (hawser " + version + ") speaks protocol version " +
                                   std::to_string(wire::kProtocolVersion) +
                                   ", the client version " + VersionRange(hello) +
                                   ": use a hawser command and a controller of the same release"};
  }
  if (hello.session == session) return std::nullopt;
  return wire::Reject{
      .reason = wire::RejectReason::kWrongSession,
      .message = "this pod belongs to session " + session + ", not " + hello.session};
}

}  // namespace hawser::agent
