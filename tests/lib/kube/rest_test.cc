// Calls of the API client as requests on the wire, and what it makes of the answers.
#include "lib/kube/rest.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/lib/kube/renewed_tokens.h"
#include "tests/lib/kube/scripted_transport.h"

namespace hawser::kube {
namespace {

using nlohmann::json;
using resources::kConfigMaps;
using std::chrono::seconds;

const ObjectKey kKey{"dev", "a"};

class RestTest : public ::testing::Test {
 protected:
  void Use(std::shared_ptr<TokenSource> tokens) {
    auto transport = std::make_unique<testing::ScriptedTransport>();
    transport_ = transport.get();
    api_ = MakeRestApi(std::move(transport), std::move(tokens),
                       {.request_timeout = seconds(7), .sleep = [this](Duration wait) {
                          waits_.push_back(std::chrono::duration_cast<seconds>(wait));
                        }});
  }
  RestTest() { Use(nullptr); }

  std::vector<std::string> Sent(const std::string& header) const {
    std::vector<std::string> values;
    for (const http::Request& request : transport_->requests()) {
      const auto it = request.headers.find(header);
      values.push_back(it == request.headers.end() ? "" : it->second);
    }
    return values;
  }
  http::Request LastRequest() const { return transport_->requests().back(); }

  testing::ScriptedTransport* transport_ = nullptr;
  std::unique_ptr<Api> api_;
  std::vector<seconds> waits_;
};

TEST_F(RestTest, ReadsObjects) {
  transport_->Then(200, R"({"kind":"ConfigMap"})");
  EXPECT_EQ(*api_->Get(kConfigMaps, kKey), (json{{"kind", "ConfigMap"}}));
  const http::Request request = LastRequest();
  EXPECT_EQ(request.method + " " + request.path, "GET /api/v1/namespaces/dev/configmaps/a");
  EXPECT_EQ(request.headers.at("Accept"), "application/json");
  EXPECT_EQ(request.timeout, seconds(7));
  EXPECT_FALSE(request.headers.contains("Authorization"));
}

TEST_F(RestTest, WritesObjects) {
  for (int i = 0; i < 5; ++i) transport_->Then(200, "{}");
  EXPECT_TRUE(api_->Create(kConfigMaps, "dev", {{"a", 1}}).ok());
  EXPECT_EQ(LastRequest().method + " " + LastRequest().path,
            "POST /api/v1/namespaces/dev/configmaps");
  EXPECT_EQ(LastRequest().headers.at("Content-Type"), "application/json");
  EXPECT_EQ(LastRequest().body, R"({"a":1})");
  EXPECT_TRUE(api_->Apply(kConfigMaps, kKey, {{"a", 1}}, "hawser", true, "status").ok());
  EXPECT_EQ(LastRequest().method + " " + LastRequest().path,
            "PATCH /api/v1/namespaces/dev/configmaps/a/status?fieldManager=hawser&force=true");
  EXPECT_EQ(LastRequest().headers.at("Content-Type"), "application/apply-patch+yaml");
  EXPECT_TRUE(api_->Patch(kConfigMaps, kKey, PatchType::kJson, json::array(), "").ok());
  EXPECT_EQ(LastRequest().headers.at("Content-Type"), "application/json-patch+json");
  EXPECT_TRUE(api_->Delete(kConfigMaps, kKey).ok());
  EXPECT_EQ(LastRequest().method, "DELETE");
  EXPECT_EQ(json::parse(LastRequest().body)["propagationPolicy"], "Background");
  EXPECT_TRUE(api_->Delete(kConfigMaps, kKey, {.resource_version = "7"}).ok());
  EXPECT_EQ(json::parse(LastRequest().body)["preconditions"]["resourceVersion"], "7");
}

TEST_F(RestTest, TellsRefusalsApart) {
  const std::vector<std::tuple<int, std::string, Code>> refusals = {
      {403, "Forbidden", Code::kPermissionDenied},
      {404, "NotFound", Code::kNotFound},
      {409, "Conflict", Code::kAborted},
      {409, "AlreadyExists", Code::kAlreadyExists},
      {410, "Expired", Code::kOutOfRange},
      {422, "Invalid", Code::kInvalidArgument},
      {429, "TooManyRequests", Code::kResourceExhausted},
      {503, "ServiceUnavailable", Code::kUnavailable}};
  for (const auto& [http_status, reason, code] : refusals) {
    const json status = {{"kind", "Status"},
                         {"code", http_status},
                         {"reason", reason},
                         {"message", "the server says " + reason}};
    transport_->Then(http_status, status.dump());
    EXPECT_EQ(api_->Get(kConfigMaps, kKey).status(), (Status{code, "the server says " + reason}));
  }
  transport_->Then(200, "<html>");
  EXPECT_EQ(api_->Get(kConfigMaps, kKey).status().code(), Code::kDataLoss);
  EXPECT_EQ(api_->Get(kConfigMaps, kKey).status(), UnavailableError("nobody answers"));
}

TEST_F(RestTest, SendsTheToken) {
  Use(FixedToken("t0ken"));
  transport_->Then(200, "{}");
  EXPECT_TRUE(api_->Get(kConfigMaps, kKey).ok());
  EXPECT_EQ(Sent("Authorization"), std::vector<std::string>{"Bearer t0ken"});
}

TEST_F(RestTest, RepeatsARequestOnceWithARenewedToken) {
  const auto tokens = std::make_shared<testing::RenewedTokens>();
  Use(tokens);
  transport_->Then(401, "");
  transport_->Then(200, "{}");
  EXPECT_TRUE(api_->Get(kConfigMaps, kKey).ok());
  EXPECT_EQ(Sent("Authorization"), (std::vector<std::string>{"Bearer token-0", "Bearer token-1"}));
  EXPECT_EQ(tokens->refused(), std::vector<std::string>{"token-0"});
  transport_->Then(401, "");
  transport_->Then(401, "");
  transport_->Then(200, "{}");
  EXPECT_EQ(api_->Get(kConfigMaps, kKey).status().code(), Code::kUnauthenticated);
}

TEST_F(RestTest, DoesNotRepeatARequestWithTheSameToken) {
  Use(FixedToken("t0ken"));
  transport_->Then(401, "no");
  const Status status = api_->Get(kConfigMaps, kKey).status();
  EXPECT_EQ(status.code(), Code::kUnauthenticated);
  EXPECT_EQ(status.message().find("t0ken"), std::string::npos);
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(RestTest, WaitsAsLongAsABusyServerAsks) {
  transport_->Then(429, "", {{"retry-after", "2"}});
  transport_->Then(503, "", {{"retry-after", "3"}});
  transport_->Then(200, "{}");
  EXPECT_TRUE(api_->Get(kConfigMaps, kKey).ok());
  EXPECT_EQ(waits_, (std::vector{seconds(2), seconds(3)}));
}

TEST_F(RestTest, RepeatsAtMostThreeTimesWithinTenSeconds) {
  for (int i = 0; i < 4; ++i) transport_->Then(429, "", {{"retry-after", "1"}});
  EXPECT_EQ(api_->Get(kConfigMaps, kKey).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(transport_->requests().size(), 4U);
  transport_->Then(429, "", {{"retry-after", "6"}});
  transport_->Then(429, "", {{"retry-after", "6"}});
  EXPECT_EQ(api_->Get(kConfigMaps, kKey).status().code(), Code::kResourceExhausted);
  EXPECT_EQ(transport_->requests().size(), 6U);
}

TEST_F(RestTest, DoesNotRepeatWhatTheServerDidNotAskFor) {
  const std::vector<std::pair<int, std::string>> answers = {
      {429, "11"}, {429, "soon"}, {429, "-1"}, {429, ""}, {429, "99999999999"}, {404, "1"}};
  for (const auto& [http_status, after] : answers) {
    transport_->Then(http_status, "", {{"retry-after", after}});
    EXPECT_FALSE(api_->Get(kConfigMaps, kKey).ok());
  }
  EXPECT_EQ(transport_->requests().size(), answers.size());
  EXPECT_EQ(waits_, std::vector<seconds>());
}

TEST_F(RestTest, ReadsListsPageByPage) {
  transport_->Then(200, R"({"metadata":{"resourceVersion":"7","continue":"c/1"},
                            "items":[{"metadata":{"name":"a"}}]})");
  transport_->Then(200, R"({"metadata":{"resourceVersion":"7"},
                            "items":[{"metadata":{"name":"b"}}]})");
  const Result<ObjectList> list =
      api_->List(kConfigMaps, {.ns = "dev", .label_selector = "app=api"});
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->resource_version, "7");
  ASSERT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->items[1],
            (json{{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "b"}}}}));
  EXPECT_EQ(transport_->requests()[0].path,
            "/api/v1/namespaces/dev/configmaps?limit=500&labelSelector=app%3Dapi");
  EXPECT_EQ(transport_->requests()[1].path,
            "/api/v1/namespaces/dev/configmaps?limit=500&continue=c%2F1&labelSelector=app%3Dapi");
}

TEST_F(RestTest, StartsAListAgainInOnePieceWhenItExpiresHalfway) {
  transport_->Then(200, R"({"metadata":{"resourceVersion":"7","continue":"c"},"items":[{}]})");
  transport_->Then(410, "");
  transport_->Then(200, R"({"metadata":{"resourceVersion":"9"},"items":[{},{}]})");
  const Result<ObjectList> list = api_->List(kConfigMaps, {});
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_EQ(list->items.size(), 2U);
  EXPECT_EQ(list->resource_version, "9");
  EXPECT_EQ(LastRequest().path, "/api/v1/configmaps");
}

TEST_F(RestTest, TakesListsWithoutItemsAndRefusesOtherShapes) {
  for (const char* empty : {R"({"metadata":{}})", R"({"items":null})", R"({"items":[]})"}) {
    transport_->Then(200, empty);
    EXPECT_TRUE(api_->List(kConfigMaps, {}).ok()) << empty;
  }
  for (const char* other : {R"({"items":{"a":"b"}})", R"({"items":["a"]})", R"({"items":7})"}) {
    transport_->Then(200, other);
    EXPECT_EQ(api_->List(kConfigMaps, {}).status().code(), Code::kDataLoss) << other;
  }
}

TEST_F(RestTest, AnswersRawPathsAsText) {
  transport_->Then(200, "ok");
  EXPECT_EQ(*api_->GetRaw("/readyz"), "ok");
  EXPECT_EQ(LastRequest().path, "/readyz");
}

class RestWatchTest : public RestTest {
 protected:
  Status Watch() {
    const auto sink = [this](const WatchEvent& event) {
      events_.push_back(event);
      return sink_status_;
    };
    return api_->Watch(kConfigMaps, {.ns = "dev", .field_selector = "a=b"}, "7", sink, {});
  }

  std::vector<WatchEvent> events_;
  Status sink_status_;
};

TEST_F(RestWatchTest, HandsOnEventsUntilTheServerEnds) {
  transport_->Then(200, R"({"type":"ADDED","object":{"a":1}})"
                        "\n"
                        R"({"type":"BOOKMARK","object":{}})"
                        "\n");
  EXPECT_TRUE(Watch().ok());
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_EQ(*events_[0].object, (json{{"a", 1}}));
  EXPECT_EQ(LastRequest().path,
            "/api/v1/namespaces/dev/configmaps?watch=true&allowWatchBookmarks=true"
            "&resourceVersion=7&timeoutSeconds=290&fieldSelector=a%3Db");
  EXPECT_EQ(LastRequest().timeout, seconds(295));
}

TEST_F(RestWatchTest, SaysThatItsVersionIsTooOld) {
  transport_->Then(410, "");
  EXPECT_EQ(Watch().code(), Code::kOutOfRange);
  transport_->Then(200,
                   R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}})"
                   "\n");
  EXPECT_EQ(Watch(), OutOfRangeError("too old"));
}

TEST_F(RestWatchTest, IsUnavailableWhenCutInsideAnEvent) {
  transport_->Then(200, R"({"type":"ADDED","obj)");
  EXPECT_EQ(Watch().code(), Code::kUnavailable);
  EXPECT_EQ(Watch(), UnavailableError("nobody answers"));
}

TEST_F(RestWatchTest, EndsWithTheSinksFailure) {
  transport_->Then(200, R"({"type":"ADDED","object":{}})"
                        "\n");
  sink_status_ = CancelledError("enough");
  EXPECT_EQ(Watch(), CancelledError("enough"));
}

TEST_F(RestWatchTest, AsksOnceMoreWithANewTokenWhenRefused) {
  const auto tokens = std::make_shared<testing::RenewedTokens>();
  Use(tokens);
  transport_->Then(401, "");
  transport_->Then(200, "");
  EXPECT_EQ(Watch(), OkStatus());
  EXPECT_EQ(tokens->refused(), std::vector<std::string>{"token-0"});
  transport_->Then(401, "");
  transport_->Then(401, "");
  EXPECT_EQ(Watch().code(), Code::kUnauthenticated);
}

}  // namespace
}  // namespace hawser::kube
