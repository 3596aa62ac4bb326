// The session's keys on disk, read again when the Secret behind them changes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/net/tls.h"

namespace hawser::agent {

/// Serves the TLS context made of DIR/{ca.crt,agent.crt,agent.key}. One thread.
class Keys {
 public:
  explicit Keys(std::string directory) : directory_(std::move(directory)) {}

  /// The context of the files as they are now; parsed again only after one of them changed. When
  /// the new files can't be used, the failure is returned and the next call tries again.
  Result<std::shared_ptr<net::TlsContext>> Current();

 private:
  std::string directory_;
  std::string seen_;  ///< identity of the files behind context_
  std::shared_ptr<net::TlsContext> context_;
};

}  // namespace hawser::agent
