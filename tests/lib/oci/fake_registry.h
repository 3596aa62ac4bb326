// An image registry on loopback that serves what a test puts in and remembers what it was asked.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/http/transport.h"

namespace hawser::testing {

/// Speaks plain HTTP on a free port of 127.0.0.1. Thread-safe.
class FakeRegistry {
 public:
  FakeRegistry();

  /// "127.0.0.1:5000", as image references name it.
  std::string name() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  std::string url() const { return "http://" + name(); }

  /// Answers GETs of `path` (without its query) from now on; paths nobody set are 404.
  void Answer(const std::string& path, http::Response response);
  void AnswerWith(const std::string& path, http::Handler handler);

  /// Serves an image of team/api: its config blob, and a manifest under the tag and its digest.
  /// Returns the manifest's digest.
  std::string AddImage(const std::string& tag, const std::string& config);
  /// Serves `manifest` under the tag and its digest, which it returns.
  std::string AddManifest(const std::string& tag, const std::string& manifest);

  /// From now on every path below /v2/ wants this Authorization and answers others with
  /// `challenge`.
  void Guard(const std::string& authorization, const std::string& challenge);

  /// Every request so far, in order.
  std::vector<http::Request> requests() const;
  /// The requests whose path starts with `prefix`.
  std::vector<http::Request> RequestsFor(const std::string& prefix) const;

 private:
  http::Response Serve(const http::Request& request);

  mutable std::mutex mutex_;
  std::map<std::string, http::Handler> answers_;
  std::vector<http::Request> requests_;
  std::string authorization_;
  std::string challenge_;
  std::unique_ptr<http::Server> server_;  // last: stopped first
};

/// "sha256:..." of `content`.
std::string DigestOf(const std::string& content);

/// The value of a header, or "".
std::string HeaderOf(const http::Request& request, const std::string& name);

}  // namespace hawser::testing
