// Bearer tokens for requests: fixed, from a file that rotates, or from a plugin.
#pragma once

#include <memory>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::kube {

/// Tells the token to send now. Thread-safe; may read a file or run a program.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// The token, or "" to send none.
  virtual Result<std::string> Token() = 0;
  /// The server refused the last token: forget it.
  virtual void Invalidate() = 0;
};

/// Always the same token.
std::shared_ptr<TokenSource> FixedToken(std::string token);

/// The content of a file, read again after a minute (the kubelet rotates service account tokens
/// well before they expire), and after Invalidate.
std::shared_ptr<TokenSource> FileToken(std::string path, std::shared_ptr<const Clock> clock);

}  // namespace hawser::kube
