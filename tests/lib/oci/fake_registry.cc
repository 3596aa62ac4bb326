// Serves canned answers and refuses requests without the Authorization asked for.
#include "tests/lib/oci/fake_registry.h"

#include <gtest/gtest.h>

#include <utility>

#include "lib/base/digest.h"

namespace hawser::testing {

std::string DigestOf(const std::string& content) {
  return "sha256:" + Sha256(content).ToHex();
}

std::string HeaderOf(const http::Request& request, const std::string& name) {
  const auto it = request.headers.find(name);
  return it == request.headers.end() ? std::string() : it->second;
}

FakeRegistry::FakeRegistry() {
  auto server = http::Serve(http::ServerOptions{},
                            [this](const http::Request& request) { return Serve(request); });
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = std::move(server).value();
}

void FakeRegistry::Answer(const std::string& path, http::Response response) {
  AnswerWith(path, [response = std::move(response)](const http::Request&) { return response; });
}

void FakeRegistry::AnswerWith(const std::string& path, http::Handler handler) {
  const std::lock_guard lock(mutex_);
  answers_[path] = std::move(handler);
}

std::string FakeRegistry::AddImage(const std::string& tag, const std::string& config) {
  const std::string digest = DigestOf(config);
  Answer("/v2/team/api/blobs/" + digest, {.status = 200, .body = config});
  return AddManifest(tag, R"({"schemaVersion":2,"config":{"digest":")" + digest + R"("}})");
}

std::string FakeRegistry::AddManifest(const std::string& tag, const std::string& manifest) {
  const std::string digest = DigestOf(manifest);
  for (const std::string& name : {tag, digest}) {
    Answer("/v2/team/api/manifests/" + name, {.status = 200, .body = manifest});
  }
  return digest;
}

void FakeRegistry::Guard(const std::string& authorization, const std::string& challenge) {
  const std::lock_guard lock(mutex_);
  authorization_ = authorization;
  challenge_ = challenge;
}

std::vector<http::Request> FakeRegistry::requests() const {
  return RequestsFor("/");
}

std::vector<http::Request> FakeRegistry::RequestsFor(const std::string& prefix) const {
  const std::lock_guard lock(mutex_);
  std::vector<http::Request> found;
  for (const http::Request& request : requests_) {
    if (request.path.starts_with(prefix)) found.push_back(request);
  }
  return found;
}

http::Response FakeRegistry::Serve(const http::Request& request) {
  http::Handler handler;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (request.path.starts_with("/v2/") && !challenge_.empty() &&
        HeaderOf(request, "authorization") != authorization_) {
      return {.status = 401, .headers = {{"WWW-Authenticate", challenge_}}};
    }
    const auto it = answers_.find(request.path.substr(0, request.path.find('?')));
    if (it == answers_.end()) return {.status = 404};
    handler = it->second;
  }
  return handler(request);
}

}  // namespace hawser::testing
