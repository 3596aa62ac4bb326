// Understands what credential plugins print, and keeps it until it expires.
#include "lib/kube/exec_plugin.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "lib/base/text.h"
#include "lib/kube/object.h"

namespace hawser::kube {
namespace {

// A credential that ends sooner than this could end on its way to the server.
constexpr auto kExpiryMargin = std::chrono::seconds(10);

Status BadOutput(const std::string& what) {
  return InvalidArgumentError("the credential plugin's output: " + what);
}

}  // namespace

Result<ExecCredential> ParseExecCredential(std::string_view output,
                                           const std::string& api_version) {
  const nlohmann::json object = nlohmann::json::parse(output, nullptr, false);
  if (!object.is_object()) return BadOutput("a JSON object was expected");
  if (StringAt(object, "/kind") != "ExecCredential") {
    return BadOutput("kind: expected ExecCredential");
  }
  if (const std::string got = StringAt(object, "/apiVersion"); got != api_version) {
    return BadOutput("apiVersion: expected " + api_version + " as the kubeconfig says, got \"" +
                     Printable(got) + "\"");
  }
  Result<std::string> token = CleanToken(StringAt(object, "/status/token"));
  if (!token.ok()) return BadOutput("status.token: " + token.status().message());
  ExecCredential credential{.token = *std::move(token),
                            .client_cert = StringAt(object, "/status/clientCertificateData"),
                            .client_key = StringAt(object, "/status/clientKeyData"),
                            .expires = std::nullopt};
  if (credential.client_cert.empty() != credential.client_key.empty()) {
    return BadOutput("status: clientCertificateData and clientKeyData come together");
  }
  if (credential.token.empty() && credential.client_cert.empty()) {
    return BadOutput("status: neither token nor clientCertificateData is there");
  }
  if (const std::string expires = StringAt(object, "/status/expirationTimestamp");
      !expires.empty()) {
    const Result<WallTime> time = ParseTime(expires);
    if (!time.ok()) return BadOutput("status.expirationTimestamp: " + time.status().message());
    credential.expires = *time;
  }
  return credential;
}

struct ExecTokens::State {
  ExecPlugin plugin;
  std::shared_ptr<const Clock> clock;
  std::mutex mutex;
  std::optional<ExecCredential> credential;
};

ExecTokens::ExecTokens(ExecPlugin plugin, std::shared_ptr<const Clock> clock)
    : state_(new State{std::move(plugin), std::move(clock), {}, std::nullopt}) {}

ExecTokens::~ExecTokens() = default;

Result<ExecCredential> ExecTokens::Credential() {
  const std::lock_guard lock(state_->mutex);
  std::optional<ExecCredential>& credential = state_->credential;
  const bool lasts = credential && (!credential->expires ||
                                    state_->clock->WallNow() + kExpiryMargin < credential->expires);
  if (!lasts) {
    HAWSER_ASSIGN_OR_RETURN(const std::string output, RunExecPlugin(state_->plugin));
    HAWSER_ASSIGN_OR_RETURN(credential, ParseExecCredential(output, state_->plugin.api_version));
  }
  return *credential;
}

Result<std::string> ExecTokens::Token() {
  HAWSER_ASSIGN_OR_RETURN(ExecCredential credential, Credential());
  return std::move(credential.token);
}

void ExecTokens::Invalidate(const std::string& refused) {
  const std::lock_guard lock(state_->mutex);
  std::optional<ExecCredential>& credential = state_->credential;
  if (credential && credential->token == refused) credential.reset();
}

}  // namespace hawser::kube
