// Credential plugins (client.authentication.k8s.io): programs that print a token or a certificate.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/kube/credentials.h"

namespace hawser::kube {

/// The `exec` section of a kubeconfig user.
struct ExecPlugin {
  std::string api_version;  ///< "client.authentication.k8s.io/v1" or ".../v1beta1"
  std::string command;      ///< absolute, or looked up in PATH
  std::vector<std::string> args;
  std::map<std::string, std::string> env;        ///< added to ours
  std::string interactive_mode = "IfAvailable";  ///< Never, IfAvailable or Always
  std::string install_hint;                      ///< shown when the command is missing
  std::string cluster_info;                      ///< JSON for spec.cluster; empty: not provided
  bool operator==(const ExecPlugin&) const = default;
};

/// What a plugin printed.
struct ExecCredential {
  std::string token;        ///< secret
  std::string client_cert;  ///< PEM
  std::string client_key;   ///< PEM; secret
  std::optional<WallTime> expires;
  bool operator==(const ExecCredential&) const = default;
};

/// Reads a plugin's output. invalid_argument says what is missing, never what was there.
Result<ExecCredential> ParseExecCredential(std::string_view output, const std::string& api_version);

/// How long a plugin may take.
struct ExecLimits {
  Duration alone = std::chrono::minutes(1);
  Duration interactive = std::chrono::minutes(5);  ///< when it may ask the user
};

/// Runs the plugin until it ends and returns what it printed; what it leaves running is not waited
/// for. Its messages go to our standard error. not_found with the install hint when there is no
/// such command; failed_precondition when it needs a terminal and there is none; unauthenticated
/// when it fails; deadline_exceeded when it was killed for taking too long.
Result<std::string> RunExecPlugin(const ExecPlugin& plugin, const ExecLimits& limits = {});

/// Runs a plugin when a credential is needed and none is at hand that lasts. Thread-safe.
class ExecTokens final : public TokenSource {
 public:
  ExecTokens(ExecPlugin plugin, std::shared_ptr<const Clock> clock);
  ~ExecTokens() override;

  Result<std::string> Token() override;
  void Invalidate(const std::string& refused) override;
  /// The whole credential, for client certificates.
  Result<ExecCredential> Credential();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hawser::kube
