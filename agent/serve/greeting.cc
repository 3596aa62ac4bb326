// Protocol versions that overlap, and the same session.
#include "agent/serve/greeting.h"

#include <algorithm>

namespace hawser::agent {
namespace {

std::string Versions(uint16_t min, uint16_t max) {
  if (min == max) return "version " + std::to_string(min);
  return "versions " + std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

std::optional<wire::Reject> RefuseHello(const wire::Hello& hello, const std::string& session,
                                        const std::string& version) {
  if (hello.min_version > wire::kProtocolVersion || hello.max_version < wire::kOldestVersion) {
    return wire::Reject{.reason = wire::RejectReason::kVersion,
                        .message = "the agent (hawser " + version + ") speaks protocol " +
                                   Versions(wire::kOldestVersion, wire::kProtocolVersion) +
                                   ", the client " +
                                   Versions(hello.min_version, hello.max_version) +
                                   ": use a hawser command and a controller of the same release"};
  }
  if (hello.session == session) return std::nullopt;
  return wire::Reject{
      .reason = wire::RejectReason::kWrongSession,
      .message = "this pod belongs to session " + session + ", not " + hello.session};
}

uint16_t AgreedVersion(const wire::Hello& hello) {
  return std::min(hello.max_version, wire::kProtocolVersion);
}

}  // namespace hawser::agent
