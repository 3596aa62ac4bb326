// The registry's token flow: ask, be challenged, fetch a token, ask again.
#include "lib/oci/registry_session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/base/base64.h"
#include "lib/base/http_status.h"
#include "lib/base/text.h"
#include "lib/base/url_encode.h"
#include "lib/http/message_text.h"
#include "lib/oci/token_answer.h"

namespace hawser::oci {
namespace {

constexpr size_t kMaxAnswer = 1U << 20;
constexpr int kMaxRedirects = 3;
constexpr size_t kMaxUrlShown = 256;

// "https://host" and "/path?query" of an absolute URL; an empty second part when it is none.
std::pair<std::string, std::string> SplitUrl(const std::string& url) {
  const bool known = url.starts_with("https://") || url.starts_with("http://");
  if (!known || !http::IsVisibleAscii(url)) return {url, ""};
  const size_t end = std::min(url.find_first_of("/?#", url.find("://") + 3), url.size());
  const std::string path = url.substr(end, url.find('#', end) - end);
  return {url.substr(0, end), path.starts_with('/') ? path : "/" + path};
}

// A URL from outside, fit for a message.
std::string Shown(const std::string& url) {
  return Printable(url.substr(0, kMaxUrlShown));
}

std::string BaseUrl(const RegistryOptions& options, const std::string& registry) {
  if (registry == "docker.io") return "https://registry-1.docker.io";
  return (options.insecure.contains(registry) ? "http://" : "https://") + registry;
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Where a redirect from `url` leads: an absolute URL, or a path on the same server.
std::string Resolve(const std::string& url, const std::string& location) {
  const bool is_path = location.starts_with('/') && !location.starts_with("//");
  return is_path ? SplitUrl(url).first + location : location;
}

}  // namespace

RegistrySession::RegistrySession(const RegistryOptions& options, const SenderFactory& senders,
                                 const Reference& reference)
    : options_(options),
      senders_(senders),
      reference_(reference),
      deadline_(In(options.timeout)),
      base_url_(BaseUrl(options, reference.registry)) {}

Result<http::Response> RegistrySession::Get(const std::string& what, const std::string& accept) {
  const std::string url = base_url_ + "/v2/" + reference_.repository + "/" + what;
  HAWSER_ASSIGN_OR_RETURN(http::Response response, Send(url, accept, authorization_));
  if (response.status == 401 && authorization_.empty()) {
    HAWSER_RETURN_IF_ERROR(Authorize(response));
    if (authorization_.empty()) return Refusal(response);
    HAWSER_ASSIGN_OR_RETURN(response, Send(url, accept, authorization_));
  }
  HAWSER_ASSIGN_OR_RETURN(response, Follow(std::move(response), url, accept));
  if (response.status != 200) return Refusal(response);
  return response;
}

Result<http::Response> RegistrySession::Send(const std::string& url, const std::string& accept,
                                             const std::string& authorization) const {
  const auto [base, path] = SplitUrl(url);
  if (path.empty()) return DataLossError("the registry names \"" + Shown(url) + "\", no URL");
  if (base_url_.starts_with("https://") && !base.starts_with("https://")) {
    return FailedPreconditionError("registry " + base_url_ + " sends to " + Shown(base) +
                                   ", which is not encrypted");
  }
  const Duration left = deadline_ - std::chrono::steady_clock::now();
  if (left <= Duration::zero()) return TimeIsUp(base);
  HAWSER_ASSIGN_OR_RETURN(const std::unique_ptr<http::Sender> sender, senders_(base));
  http::Request request{.path = path, .timeout = left, .max_body = kMaxAnswer};
  if (!accept.empty()) request.headers["Accept"] = accept;
  if (!authorization.empty()) request.headers["Authorization"] = authorization;
  Result<http::Response> response = sender->Send(request);
  if (response.status().code() == Code::kDeadlineExceeded) return TimeIsUp(base);
  if (!response.ok()) return response.status().Annotate("registry " + Shown(base));
  return response;
}

Result<http::Response> RegistrySession::Follow(http::Response response, std::string url,
                                               const std::string& accept) const {
  for (int followed = 0; IsRedirect(response.status); ++followed) {
    if (followed == kMaxRedirects) {
      return UnavailableError("registry " + base_url_ + ": more than " +
                              std::to_string(kMaxRedirects) + " redirects");
    }
    url = Resolve(url, response.headers["location"]);
    // The token is for the registry; the storage behind it must not see it.
    const bool at_registry = SplitUrl(url).first == base_url_;
    HAWSER_ASSIGN_OR_RETURN(response, Send(url, accept, at_registry ? authorization_ : ""));
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
         UrlEncode("repository:" + reference_.repository + ":pull");
  if (const std::string service = parameter("service"); !service.empty()) {
    url += "&service=" + UrlEncode(service);
  }
  HAWSER_ASSIGN_OR_RETURN(const http::Response response, Send(url, "", BasicAuthorization()));
  if (response.status != 200) return Refusal(response);
  Result<std::string> token = ParseTokenAnswer(response.body);
  if (!token.ok()) return token.status().Annotate("registry " + reference_.registry);
  return token;
}

std::string RegistrySession::BasicAuthorization() const {
  const auto it = options_.credentials.find(reference_.registry);
  if (it == options_.credentials.end()) return {};
  return "Basic " + EncodeBase64(it->second.username + ":" + it->second.password);
}

Status RegistrySession::TimeIsUp(const std::string& base) const {
  return DeadlineExceededError("image " + reference_.ToString() + ": registry " + Shown(base) +
                               " did not answer within " + FormatDuration(options_.timeout));
}

Status RegistrySession::Refusal(const http::Response& response) const {
  const std::string image = "image " + reference_.ToString();
  const Code code = CodeOfHttpStatus(response.status);
  switch (code) {
    case Code::kUnauthenticated:
      return {code, image + (options_.credentials.contains(reference_.registry)
                                 ? ": the registry refused the credentials"
                                 : ": the registry wants credentials and none are set for it")};
    case Code::kPermissionDenied:
      return {code, image + ": these credentials may not read it"};
    case Code::kNotFound:
      return {code, image + ": the registry does not have it; check name and tag"};
    case Code::kResourceExhausted:
      return {code, image + ": the registry limits requests; try later"};
    default:
      return {code, image + ": the registry answered HTTP " + std::to_string(response.status)};
  }
}

}  // namespace hawser::oci
