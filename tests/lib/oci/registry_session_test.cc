// Authorization, redirects and refusals on the way to a repository.
#include "lib/oci/registry_session.h"

#include <gtest/gtest.h>

#include "lib/base/base64.h"
#include "tests/lib/http/hostile_server.h"
#include "tests/lib/oci/fake_registry.h"

namespace hawser::oci {
namespace {

using testing::FakeRegistry;
using testing::HeaderOf;

constexpr char kManifest[] = "/v2/team/api/manifests/v1";

class RegistrySessionTest : public ::testing::Test {
 protected:
  RegistrySessionTest() { registry_.Answer(kManifest, {.status = 200, .body = "manifest"}); }

  Result<http::Response> Get() {
    RegistrySession session(options_, senders_, reference_);
    return session.Get("manifests/v1", "application/json");
  }

  void ExpectManifest() {
    const Result<http::Response> response = Get();
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, "manifest");
  }

  void SetCredentials() { options_.credentials[registry_.name()] = {"dev1", "s3cret"}; }
  std::string BearerChallenge() const {
    return "Bearer realm=\"" + registry_.url() + "/token\",service=\"the registry\"";
  }
  static std::string Redirect(FakeRegistry& from, const std::string& path,
                              const std::string& location) {
    from.Answer(path, {.status = 307, .headers = {{"Location", location}}});
    return from.url() + path;
  }

  const std::string basic_ = "Basic " + EncodeBase64("dev1:s3cret");
  FakeRegistry registry_;
  RegistryOptions options_{.insecure = {registry_.name()}};
  SenderFactory senders_ = [](const std::string& url) {
    return http::MakeBoundedSender({.base_url = url});
  };
  const Reference reference_{
      .registry = registry_.name(), .repository = "team/api", .tag = "v1", .digest = {}};
};

TEST_F(RegistrySessionTest, FetchesAnAnonymousTokenWhenChallenged) {
  registry_.Guard("Bearer t0ken", BearerChallenge());
  registry_.Answer("/token", {.status = 200, .body = R"({"token":"t0ken"})"});
  ExpectManifest();
  const auto asked = registry_.RequestsFor("/token");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].path, "/token?scope=repository%3Ateam%2Fapi%3Apull&service=the%20registry");
  EXPECT_EQ(HeaderOf(asked[0], "authorization"), "");
}

TEST_F(RegistrySessionTest, KeepsTheTokenForLaterRequests) {
  registry_.Guard("Bearer t0ken", BearerChallenge());
  registry_.Answer("/token", {.status = 200, .body = R"({"access_token":"t0ken"})"});
  RegistrySession session(options_, senders_, reference_);
  EXPECT_TRUE(session.Get("manifests/v1", "").ok());
  EXPECT_TRUE(session.Get("manifests/v1", "").ok());
  EXPECT_EQ(registry_.RequestsFor("/token").size(), 1U);
}

TEST_F(RegistrySessionTest, ProvesItsUserToTheTokenServer) {
  SetCredentials();
  registry_.Guard("Bearer t0ken", BearerChallenge());
  registry_.Answer("/token", {.status = 200, .body = R"({"token":"t0ken"})"});
  ExpectManifest();
  EXPECT_EQ(HeaderOf(registry_.RequestsFor("/token").at(0), "authorization"), basic_);
}

TEST_F(RegistrySessionTest, SendsUserAndPasswordWhenARegistryWantsThem) {
  SetCredentials();
  registry_.Guard(basic_, "Basic realm=\"registry\"");
  ExpectManifest();
  EXPECT_EQ(HeaderOf(registry_.requests().at(0), "authorization"), "");
}

TEST_F(RegistrySessionTest, SaysWhetherCredentialsAreMissingOrRefused) {
  registry_.Guard("Basic other", "Basic realm=\"registry\"");
  const Status missing = Get().status();
  EXPECT_EQ(missing.code(), Code::kUnauthenticated);
  EXPECT_NE(missing.message().find("none are set"), std::string::npos) << missing;
  EXPECT_EQ(registry_.requests().size(), 1U);
  SetCredentials();
  const Status refused = Get().status();
  EXPECT_EQ(refused.code(), Code::kUnauthenticated);
  EXPECT_NE(refused.message().find("refused"), std::string::npos) << refused;
  EXPECT_EQ(refused.message().find("s3cret"), std::string::npos) << refused;
  EXPECT_EQ(registry_.requests().size(), 3U);
}

TEST_F(RegistrySessionTest, RefusesTokenAnswersWithoutAToken) {
  registry_.Guard("Bearer t0ken", BearerChallenge());
  for (const char* answer :
       {"", "[]", "{}", R"({"token":5})", R"({"token":""})", R"({"token":"a\r\nX-Other: b"})"}) {
    registry_.Answer("/token", {.status = 200, .body = answer});
    EXPECT_EQ(Get().status().code(), Code::kDataLoss) << answer;
  }
  registry_.Answer("/token", {.status = 403});
  EXPECT_EQ(Get().status().code(), Code::kPermissionDenied);
}

TEST_F(RegistrySessionTest, RefusesTokenAnswersNestedTooDeep) {
  registry_.Guard("Bearer t0ken", BearerChallenge());
  const std::string deep = R"({"token":)" + std::string(100'000, '[') + std::string(100'000, ']');
  registry_.Answer("/token", {.status = 200, .body = deep + "}"});
  const Status status = Get().status();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_NE(status.message().find("nested deeper than 32"), std::string::npos) << status;
}

TEST_F(RegistrySessionTest, AsksATokenServerThatIsNothingButAName) {
  registry_.Guard("Bearer t0ken", "Bearer realm=\"" + registry_.url() + "\"");
  registry_.Answer("/", {.status = 200, .body = R"({"token":"t0ken"})"});
  ExpectManifest();
  EXPECT_EQ(registry_.RequestsFor("/?scope=repository").size(), 1U);
}

TEST_F(RegistrySessionTest, RefusesAChallengeItDoesNotUnderstand) {
  for (const std::string challenge :
       {"Negotiate", "Bearer realm", "Bearer service=\"x\"", "Bearer realm=\"ftp://x/\""}) {
    registry_.Guard("Bearer t0ken", challenge);
    EXPECT_FALSE(Get().ok()) << challenge;
  }
}

TEST_F(RegistrySessionTest, FollowsRedirectsToStorageWithoutTheToken) {
  SetCredentials();
  registry_.Guard(basic_, "Basic realm=\"registry\"");
  FakeRegistry storage;
  storage.Answer("/bucket", {.status = 200, .body = "manifest"});
  Redirect(registry_, kManifest, storage.url() + "/bucket?signature=1");
  ExpectManifest();
  EXPECT_EQ(HeaderOf(storage.requests().at(0), "authorization"), "");
}

TEST_F(RegistrySessionTest, KeepsTheTokenOnTheRegistryItself) {
  SetCredentials();
  registry_.Guard(basic_, "Basic realm=\"registry\"");
  registry_.Answer("/v2/moved", {.status = 200, .body = "manifest"});
  Redirect(registry_, kManifest, "/v2/moved");
  ExpectManifest();
  Redirect(registry_, kManifest, registry_.url() + "/v2/moved");
  ExpectManifest();
}

TEST_F(RegistrySessionTest, RelativeRedirectsStartFromTheServerThatSentThem) {
  FakeRegistry storage;
  storage.Answer("/there", {.status = 200, .body = "manifest"});
  Redirect(registry_, kManifest, Redirect(storage, "/here", "/there"));
  ExpectManifest();
  EXPECT_EQ(registry_.requests().size(), 1U);
}

TEST_F(RegistrySessionTest, FollowsAtMostThreeRedirects) {
  Redirect(registry_, kManifest, "/1");
  Redirect(registry_, "/1", "/2");
  Redirect(registry_, "/2", "/3");
  registry_.Answer("/3", {.status = 200, .body = "manifest"});
  ExpectManifest();
  Redirect(registry_, "/3", "/3");
  const Status status = Get().status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("redirects"), std::string::npos) << status;
}

TEST_F(RegistrySessionTest, LeavesOutTheFragmentOfARedirect) {
  registry_.Answer("/moved", {.status = 200, .body = "manifest"});
  Redirect(registry_, kManifest, "/moved?x=1#part");
  ExpectManifest();
  EXPECT_EQ(registry_.requests().back().path, "/moved?x=1");
}

TEST_F(RegistrySessionTest, RefusesRedirectsToNowhere) {
  for (const char* location :
       {"", "there", "file:///etc/passwd", "//127.0.0.1:1/x", "/a b", "/\xc3\xa9"}) {
    Redirect(registry_, kManifest, location);
    EXPECT_EQ(Get().status().code(), Code::kDataLoss) << location;
  }
}

/// Sends everything to one loopback server, whatever the URL.
class Redirected final : public http::Sender {
 public:
  explicit Redirected(const std::string& url)
      : inner_(http::MakeBoundedSender({.base_url = url}).value()) {}
  Result<http::Response> Send(const http::Request& request) override {
    return inner_->Send(request);
  }

 private:
  std::unique_ptr<http::Sender> inner_;
};

TEST_F(RegistrySessionTest, NeverLeavesTlsForPlainHttp) {
  options_.insecure.clear();
  SetCredentials();
  std::vector<std::string> urls;
  senders_ = [&](const std::string& url) {
    urls.push_back(url);
    return std::make_unique<Redirected>(registry_.url());
  };
  registry_.Guard("Bearer t0ken", "Bearer realm=\"http://127.0.0.1:1/token\"");
  EXPECT_EQ(Get().status().code(), Code::kFailedPrecondition);
  registry_.Guard("", "");
  Redirect(registry_, kManifest, "http://127.0.0.1:1/storage");
  EXPECT_EQ(Get().status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(urls, std::vector<std::string>(2, "https://" + registry_.name()));
}

/// Answers as `inner` does, once the clock has gone on, and remembers how long it was given.
class Timed final : public http::Sender {
 public:
  Timed(const std::string& url, std::vector<Duration>& timeouts)
      : inner_(url), timeouts_(timeouts) {}
  Result<http::Response> Send(const http::Request& request) override {
    timeouts_.push_back(request.timeout);
    const TimePoint begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() == begun) {
    }
    return inner_.Send(request);
  }

 private:
  Redirected inner_;
  std::vector<Duration>& timeouts_;
};

TEST_F(RegistrySessionTest, GivesEachRequestTheTimeThatIsLeft) {
  options_.timeout = std::chrono::seconds(60);
  std::vector<Duration> timeouts;
  senders_ = [&](const std::string& url) { return std::make_unique<Timed>(url, timeouts); };
  registry_.Guard("Bearer t0ken", BearerChallenge());
  registry_.Answer("/token", {.status = 200, .body = R"({"token":"t0ken"})"});
  registry_.Answer("/1", {.status = 200, .body = "manifest"});
  Redirect(registry_, kManifest, "/1");
  ExpectManifest();
  ASSERT_EQ(timeouts.size(), 4U) << "challenge, token, redirect, answer";
  EXPECT_LE(timeouts[0], options_.timeout);
  for (size_t i = 1; i < timeouts.size(); ++i) EXPECT_LT(timeouts[i], timeouts[i - 1]);
}

TEST_F(RegistrySessionTest, SaysWhoDidNotAnswerInTime) {
  options_.timeout = std::chrono::milliseconds(100);
  const testing::HostileServer silent(testing::Dripping("", ""));
  const auto expect_timeout = [&](const std::string& url) {
    const Status status = Get().status();
    EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
    EXPECT_NE(status.message().find("team/api:v1: registry " + url + " did not answer within"),
              std::string::npos)
        << status;
  };
  Redirect(registry_, kManifest, silent.url() + "/storage");
  expect_timeout(silent.url());
  registry_.Guard("Bearer t0ken", "Bearer realm=\"" + silent.url() + "/token\"");
  expect_timeout(silent.url());
}

TEST_F(RegistrySessionTest, SendsNothingOnceTheTimeIsOver) {
  options_.timeout = Duration::zero();
  EXPECT_EQ(Get().status().code(), Code::kDeadlineExceeded);
  EXPECT_TRUE(registry_.requests().empty());
}

TEST_F(RegistrySessionTest, SaysWhatARefusalMeans) {
  const std::vector<std::tuple<int, Code, std::string>> meanings = {
      {400, Code::kInvalidArgument, "HTTP 400"},    {403, Code::kPermissionDenied, "may not read"},
      {404, Code::kNotFound, "check name and tag"}, {429, Code::kResourceExhausted, "try later"},
      {500, Code::kUnavailable, "HTTP 500"},        {503, Code::kUnavailable, "HTTP 503"}};
  for (const auto& [http_status, code, words] : meanings) {
    registry_.Answer(kManifest, {.status = http_status});
    const Status status = Get().status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_NE(status.message().find(words), std::string::npos) << status;
    EXPECT_NE(status.message().find("team/api:v1"), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace hawser::oci
