// Mutual TLS 1.3 over any byte stream.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "lib/net/stream.h"

namespace hawser::net {

/// One side's credentials, all PEM. The peer must present a certificate that `ca` signed.
struct TlsIdentity {
  std::string ca;
  std::string certificate;
  std::string key;  ///< secret: never logged
};

/// Parsed credentials, made once and used for many streams. Thread-safe.
class TlsContext;

/// For the side that connects. invalid_argument says which of the three parts does not parse or
/// does not match.
Result<std::shared_ptr<TlsContext>> MakeTlsClientContext(const TlsIdentity& identity);
/// For the side that accepts.
Result<std::shared_ptr<TlsContext>> MakeTlsServerContext(const TlsIdentity& identity);

/// Shakes hands as the client and returns the encrypted stream, which owns `inner`. The server's
/// certificate must name `server_name` (a DNS subject alternative name). unauthenticated when
/// either side refuses the other's certificate. TLS 1.3 lets a client finish before the server has
/// judged the client's certificate, so a refusal of ours may show as unauthenticated on the first
/// Read instead. cancelled as soon as `stop` is asked.
Result<std::unique_ptr<ByteStream>> TlsConnect(std::unique_ptr<ByteStream> inner,
                                               const std::shared_ptr<TlsContext>& context,
                                               const std::string& server_name, Deadline deadline,
                                               const std::stop_token& stop = {});

/// Shakes hands as the server. unauthenticated when the client has no certificate of `ca`.
Result<std::unique_ptr<ByteStream>> TlsAccept(std::unique_ptr<ByteStream> inner,
                                              const std::shared_ptr<TlsContext>& context,
                                              Deadline deadline);

}  // namespace hawser::net
