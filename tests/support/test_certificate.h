// A self-signed server certificate for tests.
#pragma once

#include <string>

namespace hawser::testing {

struct TestCertificate {
  std::string certificate;  ///< PEM; also the authority to trust
  std::string key;          ///< PEM
};

/// For the subject alternative name `name`, as OpenSSL writes it: "IP:127.0.0.1",
/// "DNS:api.example". Valid for an hour.
TestCertificate MakeTestCertificate(const std::string& name);

}  // namespace hawser::testing
