// Api over a Transport: each call is a request built, sent, and its answer read.
#include "lib/kube/rest.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "lib/kube/api_status.h"
#include "lib/kube/object.h"
#include "lib/kube/paths.h"
#include "lib/kube/watch_decoder.h"

namespace hawser::kube {
namespace {

using nlohmann::json;

constexpr int kMaxRetries = 3;
constexpr Duration kMaxRetryWait = std::chrono::seconds(10);  // of one call, together
constexpr int kPageSize = 500;

const char* ContentTypeOf(PatchType type) {
  switch (type) {
    case PatchType::kJson:
      return "application/json-patch+json";
    case PatchType::kStrategicMerge:
      return "application/strategic-merge-patch+json";
    case PatchType::kMerge:
      break;
  }
  return "application/merge-patch+json";
}

// How long the server asks to wait before the request is repeated, if it does.
std::optional<Duration> RetryAfter(const http::Response& response) {
  const auto header = response.headers.find("retry-after");
  if (header == response.headers.end()) return std::nullopt;
  if (response.status != 429 && response.status < 500) return std::nullopt;
  int seconds = 0;
  const std::string& text = header->second;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec != std::errc() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(seconds);
}

Result<json> ParseObject(const std::string& body) {
  json object = json::parse(body, nullptr, false);
  if (!object.is_object()) return DataLossError("the API server's answer is not a JSON object");
  return object;
}

Status NotAList(const Resource& resource) {
  return DataLossError("the API server's list of " + resource.plural + " is not a list of objects");
}

bool IsSuccess(int status) {
  return status >= 200 && status < 300;
}

Status Refusal(const http::Response& response) {
  Status status = StatusOfAnswer(response.status, response.body);
  if (response.status != 401) return status;
  return {status.code(),
          "the API server does not take these credentials: " + status.message() + "; log in again"};
}

class RestApi final : public Api {
 public:
  RestApi(std::unique_ptr<http::Transport> transport, std::shared_ptr<TokenSource> tokens,
          RestOptions options)
      : transport_(std::move(transport)), tokens_(std::move(tokens)), options_(std::move(options)) {
    if (!options_.sleep) options_.sleep = [](Duration wait) { std::this_thread::sleep_for(wait); };
  }

  Result<json> Get(const Resource& resource, const ObjectKey& key) override {
    return Call("GET", ObjectPath(resource, key));
  }

  Result<ObjectList> List(const Resource& resource, const ListOptions& options) override {
    Result<ObjectList> list = ListPages(resource, options, std::to_string(kPageSize));
    // The continue token expired between pages: one request sees a consistent whole again.
    if (list.status().code() == Code::kOutOfRange) return ListPages(resource, options, {});
    return list;
  }

  Result<json> Create(const Resource& resource, const std::string& ns,
                      const json& object) override {
    return Call("POST", ObjectPath(resource, {ns, {}}), &object);
  }

  Status Delete(const Resource& resource, const ObjectKey& key,
                const DeleteOptions& options) override {
    json body = {
        {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
    if (!options.resource_version.empty()) {
      body["preconditions"]["resourceVersion"] = options.resource_version;
    }
    return Call("DELETE", ObjectPath(resource, key), &body).status();
  }

  Result<json> Apply(const Resource& resource, const ObjectKey& key, const json& object,
                     const std::string& manager, bool force,
                     const std::string& subresource) override {
    const std::string query =
        Query({{"fieldManager", manager}, {"force", force ? "true" : "false"}});
    return Call("PATCH", ObjectPath(resource, key, subresource) + query, &object,
                "application/apply-patch+yaml");
  }

  Result<json> Patch(const Resource& resource, const ObjectKey& key, PatchType type,
                     const json& patch, const std::string& subresource) override {
    return Call("PATCH", ObjectPath(resource, key, subresource), &patch, ContentTypeOf(type));
  }

  Status Watch(const Resource& resource, const ListOptions& options,
               const std::string& resource_version, const std::function<Status(WatchEvent)>& sink,
               std::stop_token stop) override;

  Result<std::string> GetRaw(const std::string& path) override {
    HAWSER_ASSIGN_OR_RETURN(http::Response response, Send({.path = path}));
    return std::move(response.body);
  }

 private:
  Result<json> Call(const std::string& method, std::string path, const json* body = nullptr,
                    const char* content_type = "application/json");
  Result<http::Response> Send(http::Request request);
  Result<http::Response> SendWithRetries(const http::Request& request);
  Result<http::Response> WithFreshToken(http::Request& request,
                                        const std::function<Result<http::Response>()>& perform);
  Result<std::string> Authorize(http::Request& request);
  Result<ObjectList> ListPages(const Resource& resource, const ListOptions& options,
                               const std::string& limit);

  std::unique_ptr<http::Transport> transport_;
  std::shared_ptr<TokenSource> tokens_;
  RestOptions options_;
};

Result<json> RestApi::Call(const std::string& method, std::string path, const json* body,
                           const char* content_type) {
  http::Request request{.method = method, .path = std::move(path)};
  if (body != nullptr) {
    request.body = body->dump(-1, ' ', false, json::error_handler_t::replace);
    request.headers["Content-Type"] = content_type;
  }
  HAWSER_ASSIGN_OR_RETURN(const http::Response response, Send(std::move(request)));
  return ParseObject(response.body);
}

Result<http::Response> RestApi::Send(http::Request request) {
  request.timeout = options_.request_timeout;
  return WithFreshToken(request, [&] { return SendWithRetries(request); });
}

/// Performs a request with the present token, and once more with a new one when that is refused.
Result<http::Response> RestApi::WithFreshToken(
    http::Request& request, const std::function<Result<http::Response>()>& perform) {
  HAWSER_ASSIGN_OR_RETURN(const std::string token, Authorize(request));
  Result<http::Response> response = perform();
  if (response.ok() && response->status == 401 && tokens_ != nullptr) {
    tokens_->Invalidate(token);
    HAWSER_ASSIGN_OR_RETURN(const std::string renewed, Authorize(request));
    if (renewed != token) response = perform();
  }
  if (response.ok() && !IsSuccess(response->status)) return Refusal(*response);
  return response;
}

Result<http::Response> RestApi::SendWithRetries(const http::Request& request) {
  Duration waited{};
  for (int retry = 0;; ++retry) {
    Result<http::Response> response = transport_->Send(request);
    if (!response.ok() || retry == kMaxRetries) return response;
    const std::optional<Duration> wait = RetryAfter(*response);
    if (!wait || waited + *wait > kMaxRetryWait) return response;
    waited += *wait;
    options_.sleep(*wait);
  }
}

// Completes the headers and returns the token among them, "" when there is none.
Result<std::string> RestApi::Authorize(http::Request& request) {
  request.headers["Accept"] = "application/json";
  request.headers["User-Agent"] = "hawser";
  if (tokens_ == nullptr) return std::string();
  HAWSER_ASSIGN_OR_RETURN(std::string token, tokens_->Token());
  if (!token.empty()) request.headers["Authorization"] = "Bearer " + token;
  return token;
}

Result<ObjectList> RestApi::ListPages(const Resource& resource, const ListOptions& options,
                                      const std::string& limit) {
  const std::string path = ObjectPath(resource, {options.ns, {}});
  ObjectList list;
  std::string next;
  do {
    HAWSER_ASSIGN_OR_RETURN(json page,
                            Call("GET", path + Query({{"limit", limit},
                                                      {"continue", next},
                                                      {"labelSelector", options.label_selector},
                                                      {"fieldSelector", options.field_selector}})));
    json& items = page["items"];  // null when there is none
    if (!items.is_array() && !items.is_null()) return NotAList(resource);
    for (json& item : items) {
      if (!item.is_object()) return NotAList(resource);
      // Items of a list leave out the type that the list states; a watch's do not.
      item["apiVersion"] = ApiVersionOf(resource);
      item["kind"] = resource.kind;
      list.items.push_back(std::move(item));
    }
    list.resource_version = ResourceVersionOf(page);
    next = StringAt(page, "/metadata/continue");
  } while (!next.empty());
  return list;
}

Status RestApi::Watch(const Resource& resource, const ListOptions& options,
                      const std::string& resource_version,
                      const std::function<Status(WatchEvent)>& sink, std::stop_token stop) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.watch_timeout);
  http::Request request{.path = ObjectPath(resource, {options.ns, {}}) +
                                Query({{"watch", "true"},
                                       {"allowWatchBookmarks", "true"},
                                       {"resourceVersion", resource_version},
                                       {"timeoutSeconds", std::to_string(seconds.count())},
                                       {"labelSelector", options.label_selector},
                                       {"fieldSelector", options.field_selector}}),
                        .timeout = options_.watch_timeout + options_.watch_grace};
  WatchDecoder decoder(sink);
  const auto feed = [&](std::string_view chunk) { return decoder.Feed(chunk); };
  const Result<http::Response> response =
      WithFreshToken(request, [&] { return transport_->Stream(request, feed, stop); });
  HAWSER_RETURN_IF_ERROR(response.status());
  if (!decoder.AtBoundary()) return UnavailableError("the watch ended in the middle of an event");
  return OkStatus();
}

}  // namespace

std::unique_ptr<Api> MakeRestApi(std::unique_ptr<http::Transport> transport,
                                 std::shared_ptr<TokenSource> tokens, RestOptions options) {
  return std::make_unique<RestApi>(std::move(transport), std::move(tokens), std::move(options));
}

}  // namespace hawser::kube
