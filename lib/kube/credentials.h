// Bearer tokens for requests: fixed, from a file that rotates, or from a plugin.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/base/result.h"

namespace hawser::kube {

/// Tells the token to send now. Thread-safe; may read a file or run a program.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// The token, or "" to send none.
  virtual Result<std::string> Token() = 0;
  /// The server refused this token: forget it, unless another has taken its place meanwhile.
  virtual void Invalidate(const std::string& refused) = 0;
};

/// A token without the white space around it. invalid_argument, never quoting it, when what is left
/// holds anything but visible ASCII, which no header could carry.
Result<std::string> CleanToken(std::string_view text);

/// Always the same token.
std::shared_ptr<TokenSource> FixedToken(std::string token);

/// The content of a file, read again after a minute (the kubelet rotates service account tokens
/// well before they expire), and once refused. While it cannot be read again, the last token stays
/// in use. unauthenticated when the file is empty: without a token the server would see a stranger.
std::shared_ptr<TokenSource> FileToken(std::string path, std::shared_ptr<const Clock> clock);

}  // namespace hawser::kube
