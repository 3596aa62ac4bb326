// A token source that hands out a new token whenever the last one was refused.
#pragma once

#include <string>
#include <vector>

#include "lib/kube/credentials.h"

namespace hawser::testing {

/// "token-0", then "token-1" and so on. Used by one thread.
class RenewedTokens final : public kube::TokenSource {
 public:
  Result<std::string> Token() override { return "token-" + std::to_string(refused_.size()); }
  void Invalidate(const std::string& refused) override { refused_.push_back(refused); }

  const std::vector<std::string>& refused() const { return refused_; }

 private:
  std::vector<std::string> refused_;
};

}  // namespace hawser::testing
