// Session keys as a Kubernetes Secret.
#include "controller/keys.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "lib/base/base64.h"
#include "lib/kube/object.h"
#include "lib/net/certificate.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

std::string SecretValue(const json& secret, const char* key) {
  const json* data = kube::Find(secret, "/data");
  if (data == nullptr || !data->is_object() || !data->contains(key)) return {};
  const json& value = (*data)[key];
  if (!value.is_string()) return {};
  return DecodeBase64(value.get<std::string>()).value_or("");
}

net::SessionKeys KeysIn(const json& secret) {
  return {.ca = SecretValue(secret, devsession::kSecretCa),
          .agent_cert = SecretValue(secret, devsession::kSecretAgentCert),
          .agent_key = SecretValue(secret, devsession::kSecretAgentKey),
          .client_cert = SecretValue(secret, devsession::kSecretClientCert),
          .client_key = SecretValue(secret, devsession::kSecretClientKey)};
}

KeysState StateOf(const json& secret) {
  const net::SessionKeys keys = KeysIn(secret);
  const Result<WallTime> agent = net::CertificateExpiry(keys.agent_cert);
  const Result<WallTime> client = net::CertificateExpiry(keys.client_cert);
  if (!agent.ok() || !client.ok() || !net::SessionKeysMatch(keys)) {
    return {.kind = KeysState::Kind::kInvalid};
  }
  return {.kind = KeysState::Kind::kValid, .expires = std::min(*agent, *client)};
}

json MakeSecret(const json& session, const net::SessionKeys& keys) {
  const std::string name = kube::NameOf(session);
  json secret = kube::MakeObject(kube::resources::kSecrets, {.ns = kube::NamespaceOf(session),
                                                             .name = devsession::SecretName(name)});
  secret["metadata"]["labels"][devsession::kSessionLabel] = name;
  secret["metadata"]["ownerReferences"] = json::array({kube::MakeControllerReference(session)});
  secret["type"] = "Opaque";
  secret["data"] = {{devsession::kSecretCa, EncodeBase64(keys.ca)},
                    {devsession::kSecretAgentCert, EncodeBase64(keys.agent_cert)},
                    {devsession::kSecretAgentKey, EncodeBase64(keys.agent_key)},
                    {devsession::kSecretClientCert, EncodeBase64(keys.client_cert)},
                    {devsession::kSecretClientKey, EncodeBase64(keys.client_key)}};
  return secret;
}

}  // namespace

Result<KeysState> ReadKeys(kube::Api& api, const devsession::DevSession& session) {
  const kube::ObjectKey key{.ns = session.ns, .name = devsession::SecretName(session.name)};
  const Result<json> secret = api.Get(kube::resources::kSecrets, key);
  if (secret.status().code() == Code::kNotFound) return KeysState{};
  if (!secret.ok()) return secret.status().Annotate("reading Secret " + key.name);
  const std::optional<kube::OwnerReference> owner = kube::ControllerOf(*secret);
  if (!owner || owner->uid != session.uid) return KeysState{.kind = KeysState::Kind::kForeign};
  return StateOf(*secret);
}

Status WriteKeys(kube::Api& api, const json& object, const KeysState& state, WallTime now,
                 std::chrono::hours valid_for) {
  const std::string session = kube::KeyOf(object).ToString();
  HAWSER_ASSIGN_OR_RETURN(const net::SessionKeys keys,
                          net::MakeSessionKeys(session, now, valid_for));
  const json secret = MakeSecret(object, keys);
  const kube::ObjectKey key = kube::KeyOf(secret);
  Status written = state.kind == KeysState::Kind::kMissing
                       ? api.Create(kube::resources::kSecrets, key.ns, secret).status()
                       : api.Apply(kube::resources::kSecrets, key, secret,
                                   devsession::kControllerManager, true, "")
                             .status();
  if (written.code() == Code::kAlreadyExists) written = AbortedError(written.message());
  return written.Annotate("writing Secret " + key.name);
}

}  // namespace hawser::controller
