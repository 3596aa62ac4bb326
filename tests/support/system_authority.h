// The authorities that OpenSSL takes for the system's, and whether anyone reads them.
#pragma once

#include <string>

#include "lib/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// While it lives the system trusts one authority. Before threads that may look at the environment.
class SystemAuthority {
 public:
  explicit SystemAuthority(const std::string& certificate);
  ~SystemAuthority();
  SystemAuthority(const SystemAuthority&) = delete;
  SystemAuthority& operator=(const SystemAuthority&) = delete;

  /// True when its certificate was opened since the last call.
  bool WasRead();

 private:
  TempDir directory_;
  UniqueFd events_;
  std::string file_before_;  ///< SSL_CERT_FILE; empty when it was not set
};

}  // namespace hawser::testing
