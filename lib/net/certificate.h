// A session's keys: its own authority, the agent's certificate and the client's.
#pragma once

#include <string>

#include "lib/base/clock.h"
#include "lib/net/tls.h"

namespace hawser::net {

/// The DNS name in every agent's certificate; clients expect it whatever address they reached the
/// agent by.
inline constexpr char kAgentServerName[] = "agent.hawser.dev";

/// Everything one session needs. The authority's key is thrown away once both certificates are
/// signed.
struct SessionKeys {
  std::string ca;           ///< PEM certificate
  std::string agent_cert;   ///< PEM certificate, server use only
  std::string agent_key;    ///< PEM private key (PKCS#8)
  std::string client_cert;  ///< PEM certificate, client use only
  std::string client_key;   ///< PEM private key (PKCS#8)
};

/// Makes fresh ECDSA P-256 keys. `session` ("namespace/name") becomes the certificates' common
/// name. Valid from five minutes before `now` (clock skew) until `valid_for` after it.
Result<SessionKeys> MakeSessionKeys(const std::string& session, WallTime now,
                                    std::chrono::hours valid_for);

/// When a PEM certificate stops being valid.
Result<WallTime> CertificateExpiry(const std::string& certificate_pem);

/// True when `keys`' certificates are signed by its authority and match their private keys.
bool SessionKeysMatch(const SessionKeys& keys);

}  // namespace hawser::net
