// The registry's token flow: ask, be challenged, fetch a token, ask again.
#include "lib/oci/registry_session.h"

#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/text.h"

namespace hawser::oci {
namespace {

constexpr size_t kMaxAnswer = 4U << 20;
constexpr int kMaxRedirects = 3;

// "https://host" and "/path?query" of an absolute URL; an empty second part when it is none.
std::pair<std::string, std::string> SplitUrl(const std::string& url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return {url, ""};
  const size_t path = url.find('/', url.find("://") + 3);
  if (path == std::string::npos) return {url, "/"};
  return {url.substr(0, path), url.substr(path)};
}

std::string BaseUrl(const RegistryOptions& options, const std::string& registry) {
  if (registry == "docker.io") return "https://registry-1.docker.io";
  return (options.insecure.contains(registry) ? "http://" : "https://") + registry;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string Encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace

RegistrySession::RegistrySession(const RegistryOptions& options, const TransportFactory& transports,
                                 const Reference& reference)
    : options_(options),
      transports_(transports),
      reference_(reference),
      base_url_(BaseUrl(options, reference.registry)) {}

Result<http::Response> RegistrySession::Get(const std::string& what, const std::string& accept) {
  const std::string url = base_url_ + "/v2/" + reference_.repository + "/" + what;
  HAWSER_ASSIGN_OR_RETURN(http::Response response, Send(url, accept, authorization_));
  if (response.status == 401 && authorization_.empty()) {
    HAWSER_RETURN_IF_ERROR(Authorize(response));
    HAWSER_ASSIGN_OR_RETURN(response, Send(url, accept, authorization_));
  }
  HAWSER_ASSIGN_OR_RETURN(response, Follow(std::move(response), accept));
  if (response.status != 200) return Refusal(response);
  return response;
}

Result<http::Response> RegistrySession::Send(const std::string& url, const std::string& accept,
                                             const std::string& authorization) const {
  const auto [base, path] = SplitUrl(url);
  if (path.empty()) return DataLossError("the registry names \"" + Printable(url) + "\", no URL");
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<http::Transport> transport, transports_(base));
  http::Request request{.path = path, .max_body = kMaxAnswer};
  if (!accept.empty()) request.headers["Accept"] = accept;
  if (!authorization.empty()) request.headers["Authorization"] = authorization;
  Result<http::Response> response = transport->Send(request);
  if (!response.ok()) return response.status().Annotate("registry " + base);
  return response;
}

Result<http::Response> RegistrySession::Follow(http::Response response,
                                               const std::string& accept) const {
  for (int i = 0; i < kMaxRedirects && IsRedirect(response.status); ++i) {
    std::string location = response.headers["location"];
    const bool same_host = location.starts_with('/');
    if (same_host) location = base_url_ + location;
    // The token is for the registry; the storage behind it must not see it.
    HAWSER_ASSIGN_OR_RETURN(response, Send(location, accept, same_host ? authorization_ : ""));
  }
  return response;
}

Status RegistrySession::Authorize(const http::Response& refusal) {
  const auto header = refusal.headers.find("www-authenticate");
  if (header == refusal.headers.end()) return OkStatus();
  const std::optional<Challenge> challenge = ParseChallenge(header->second);
  if (challenge && challenge->scheme == "bearer") {
    HAWSER_ASSIGN_OR_RETURN(const std::string token, FetchToken(*challenge));
    authorization_ = "Bearer " + token;
  } else if (challenge && challenge->scheme == "basic") {
    authorization_ = BasicAuthorization();
  }
  return OkStatus();
}

Result<std::string> RegistrySession::FetchToken(const Challenge& challenge) const {
  const auto parameter = [&](const char* name) {
    const auto it = challenge.parameters.find(name);
    return it == challenge.parameters.end() ? std::string() : it->second;
  };
  std::string url = parameter("realm");
  url += (url.find('?') == std::string::npos ? "?scope=" : "&scope=") +
         Encode("repository:" + reference_.repository + ":pull");
  if (const std::string service = parameter("service"); !service.empty()) {
    url += "&service=" + Encode(service);
  }
  HAWSER_ASSIGN_OR_RETURN(const http::Response response, Send(url, "", BasicAuthorization()));
  if (response.status != 200) return Refusal(response);
  const nlohmann::json answer = nlohmann::json::parse(response.body, nullptr, false);
  for (const char* name : {"token", "access_token"}) {
    if (answer.is_object() && answer.contains(name) && answer[name].is_string()) {
      return answer[name].get<std::string>();
    }
  }
  return DataLossError("registry " + reference_.registry + ": its token answer holds no token");
}

std::string RegistrySession::BasicAuthorization() const {
  const auto it = options_.credentials.find(reference_.registry);
  if (it == options_.credentials.end()) return {};
  return "Basic " + EncodeBase64(it->second.username + ":" + it->second.password);
}

Status RegistrySession::Refusal(const http::Response& response) const {
  const std::string image = "image " + reference_.ToString();
  switch (response.status) {
    case 401:
      return UnauthenticatedError(image + ": the registry wants other credentials");
    case 403:
      return PermissionDeniedError(image + ": these credentials may not read it");
    case 404:
      return NotFoundError(image + ": the registry does not have it; check name and tag");
    case 429:
      return ResourceExhaustedError(image + ": the registry limits requests; try later");
    default:
      break;
  }
  return UnavailableError(image + ": the registry answered HTTP " +
                          std::to_string(response.status));
}

}  // namespace hawser::oci
