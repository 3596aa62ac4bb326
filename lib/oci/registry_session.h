// Requests to one repository of one registry, with whatever authorization it asks for.
#pragma once

#include <memory>
#include <string>

#include "lib/base/clock.h"
#include "lib/base/result.h"
#include "lib/oci/challenge.h"
#include "lib/oci/registry.h"

namespace hawser::oci {

/// One use of a registry for one image. Not thread-safe.
class RegistrySession {
 public:
  /// The references must outlive the session. The time that `options` allow begins.
  RegistrySession(const RegistryOptions& options, const SenderFactory& senders,
                  const Reference& reference);

  /// A GET below the repository ("manifests/latest"), at most 1 MiB. Answers one challenge, follows
  /// up to three redirects, and never goes from TLS to plain HTTP (failed_precondition).
  /// deadline_exceeded once the session's time is over.
  Result<http::Response> Get(const std::string& what, const std::string& accept);

 private:
  Result<http::Response> Send(const std::string& url, const std::string& accept,
                              const std::string& authorization) const;
  Result<http::Response> Follow(http::Response response, std::string url,
                                const std::string& accept) const;
  Status Authorize(const http::Response& refusal);
  Result<std::string> FetchToken(const Challenge& challenge) const;
  std::string BasicAuthorization() const;
  Status TimeIsUp(const std::string& base) const;
  Status Refusal(const http::Response& response) const;

  const RegistryOptions& options_;
  const SenderFactory& senders_;
  const Reference& reference_;
  const Deadline deadline_;
  std::string base_url_;
  std::string authorization_;  // header value; secret
};

}  // namespace hawser::oci
