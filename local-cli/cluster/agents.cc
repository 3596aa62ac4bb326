// From a pod's name to a greeted, encrypted channel.
#include "local-cli/cluster/agents.h"

#include <pwd.h>
#include <unistd.h>

#include "lib/base/version.h"

namespace hawser::cli {

namespace {

/// Why the API server opened no tunnel, and which right is missing.
Status TunnelFailure(const Status& failure) {
  if (failure.code() != Code::kPermissionDenied) return failure;
  return {failure.code(),
          failure.message() +
              "; you need the verbs create and get on pods/portforward (role hawser-developer)"};
}

class PortForwardTunnel final : public PodTunnel {
 public:
  explicit PortForwardTunnel(kube::ClusterConfig config) : config_(std::move(config)) {}
  Result<std::unique_ptr<net::ByteStream>> Open(const kube::ObjectKey& pod, uint16_t port,
                                                Deadline deadline,
                                                const std::stop_token& stop) override {
    auto stream = kube::OpenPortForward(config_, pod, port, deadline, stop);
    if (!stream.ok()) return TunnelFailure(stream.status());
    return stream;
  }

 private:
  const kube::ClusterConfig config_;
};

std::string FindIdentity() {
  char host[256] = "unknown";
  if (::gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  ::getpwuid_r(::geteuid(), &entry, buffer, sizeof(buffer), &found);
  return std::string(found != nullptr ? found->pw_name : std::to_string(::geteuid())) + "@" + host;
}

}  // namespace

std::unique_ptr<PodTunnel> MakePortForwardTunnel(const kube::ClusterConfig& config) {
  return std::make_unique<PortForwardTunnel>(config);
}

Status RejectStatus(const wire::Reject& reject) {
  switch (reject.reason) {
    case wire::RejectReason::kVersion:
      return FailedPreconditionError(reject.message);
    case wire::RejectReason::kWrongSession:
      return PermissionDeniedError(reject.message);
    case wire::RejectReason::kSuperseded:
      return AbortedError(reject.message);
    case wire::RejectReason::kShuttingDown:
      return UnavailableError(reject.message);
    case wire::RejectReason::kProtocol:
      break;
  }
  return InternalError(reject.message);
}

namespace {

Result<AgentConnection> DialAndGreet(AgentDialer& dialer, const std::string& pod,
                                     const wire::Hello& hello, Deadline deadline,
                                     const std::stop_token& stop) {
  HAWSER_ASSIGN_OR_RETURN(DialedAgent dialed, dialer.Dial(pod, deadline, stop));
  AgentConnection connection{
      .channel = std::move(dialed.channel), .welcome = {}, .direct = dialed.direct};
  const std::stop_callback cancel(stop, [&channel = *connection.channel] { channel.Close(); });
  HAWSER_RETURN_IF_ERROR(connection.channel->Send(hello, deadline));
  HAWSER_ASSIGN_OR_RETURN(const wire::Message answer, connection.channel->Receive(deadline));
  if (const auto* reject = std::get_if<wire::Reject>(&answer)) return RejectStatus(*reject);
  const auto* welcome = std::get_if<wire::Welcome>(&answer);
  if (welcome == nullptr) return DataLossError("the agent did not begin with a welcome");
  connection.welcome = *welcome;
  return connection;
}

}  // namespace

Result<AgentConnection> ConnectAgent(AgentDialer& dialer, const std::string& pod,
                                     const wire::Hello& hello, Deadline deadline,
                                     const std::stop_token& stop) {
  Result<AgentConnection> connection = DialAndGreet(dialer, pod, hello, deadline, stop);
  if (connection.status().code() == Code::kUnauthenticated) dialer.ForgetKeys();
  return connection;
}

const std::string& Identity() {
  static const std::string identity = FindIdentity();
  return identity;
}

wire::Hello MakeHello(wire::Role role, const kube::ObjectKey& session) {
  return {.role = role,
          .client_version = kVersion,
          .session = session.ToString(),
          .identity = Identity()};
}

}  // namespace hawser::cli
