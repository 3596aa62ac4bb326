// The HTTP client against our own server: answers, limits, watches, TLS.
#include "lib/http/transport.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "lib/net/certificate.h"
#include "lib/net/socket.h"
#include "tests/support/system_authority.h"
#include "tests/support/test_certificate.h"

namespace hawser::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::MakeTestCertificate;
using testing::TestCertificate;

std::unique_ptr<Server> MustServe(const ServerOptions& options, Handler handler) {
  Result<std::unique_ptr<Server>> server = Serve(options, std::move(handler));
  EXPECT_TRUE(server.ok()) << server.status();
  return std::move(server).value();
}

std::unique_ptr<Transport> MustConnect(const TransportOptions& options) {
  Result<std::unique_ptr<Transport>> transport = MakeTransport(options);
  EXPECT_TRUE(transport.ok()) << transport.status();
  return std::move(transport).value();
}

std::string Url(const Server& server, const std::string& scheme = "http") {
  return scheme + "://127.0.0.1:" + std::to_string(server.port());
}

/// Answers with what was asked, as text.
Response Reflect(const Request& request) {
  return {.status = 200,
          .headers = {{"X-Token",
                       request.headers.contains("x-token") ? request.headers.at("x-token") : ""}},
          .body = request.method + " " + request.path + " " + request.body};
}

/// A gate that a served watch waits at until the test opens it or the server ends.
class Gate {
 public:
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool Wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool open_ = false;
};

TEST(TransportTest, SendsMethodPathHeadersAndBody) {
  const auto server = MustServe({}, Reflect);
  const auto transport = MustConnect({.base_url = Url(*server)});
  const Result<Response> answer = transport->Send(
      {.method = "PATCH", .path = "/a", .headers = {{"X-Token", "t"}}, .body = "{}"});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "PATCH /a {}");
  EXPECT_EQ(answer->headers.at("x-token"), "t");
}

TEST(TransportTest, KeepsPercentEncodingAsItIs) {
  const auto server = MustServe({}, Reflect);
  const auto transport = MustConnect({.base_url = Url(*server)});
  const std::string path = "/a%2Fb/c%20d?labelSelector=x%3Dy%2Cz&limit=5&continue=e%2Bf%26";
  EXPECT_EQ(transport->Send({.path = path})->body, "GET " + path + " ");
}

TEST(TransportTest, AppendsPathsToTheBaseUrl) {
  const auto server = MustServe({}, Reflect);
  const auto transport = MustConnect({.base_url = Url(*server) + "/k8s/clusters/c1"});
  EXPECT_EQ(transport->Send({.path = "/api/v1/pods"})->body, "GET /k8s/clusters/c1/api/v1/pods ");
}

TEST(TransportTest, SendsTheContentTypeItIsGiven) {
  const auto server = MustServe({}, [](const Request& request) {
    return Response{.status = 200, .body = request.headers.at("content-type")};
  });
  const auto transport = MustConnect({.base_url = Url(*server)});
  const Request request{.method = "PATCH",
                        .path = "/",
                        .headers = {{"Content-Type", "application/apply-patch+yaml"}},
                        .body = "a: b"};
  EXPECT_EQ(transport->Send(request)->body, "application/apply-patch+yaml");
}

TEST(TransportTest, TakesAnyStatusAsAnAnswer) {
  const auto server = MustServe({}, [](const Request& request) {
    return Response{.status = request.path == "/moved" ? 302 : 409,
                    .headers = {{"Location", "/elsewhere"}},
                    .body = "no"};
  });
  const auto transport = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(transport->Send({.path = "/"})->status, 409);
  EXPECT_EQ(transport->Send({.path = "/"})->body, "no");
  EXPECT_EQ(transport->Send({.path = "/moved"})->status, 302);
}

TEST(TransportTest, IsUnavailableWhenNobodyListens) {
  Result<net::TcpListener> listener = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listener.ok());
  const std::string url = "http://127.0.0.1:" + std::to_string(listener->port);
  listener->listener.reset();
  const Status status = MustConnect({.base_url = url})->Send({.path = "/x"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find(url + "/x"), std::string::npos) << status;
}

TEST(TransportTest, TimesOutWhenNoAnswerComes) {
  Gate gate;
  const auto server = MustServe({}, [&](const Request&) -> Response {
    return {.status = 200, .producer = [&](const ChunkSink&, std::stop_token stop) {
              gate.Wait(stop);
              return OkStatus();
            }};
  });
  const auto transport = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(transport->Send({.path = "/", .timeout = milliseconds(50)}).status().code(),
            Code::kDeadlineExceeded);
}

TEST(TransportTest, RefusesALongerBodyThanAllowed) {
  const auto server = MustServe(
      {}, [](const Request&) { return Response{.status = 200, .body = std::string(5000, 'x')}; });
  const auto transport = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(transport->Send({.path = "/", .max_body = 4999}).status().code(),
            Code::kResourceExhausted);
  EXPECT_EQ(transport->Send({.path = "/", .max_body = 5000})->body.size(), 5000U);
}

TEST(TransportTest, ServesManyCallersAtOnce) {
  const auto server = MustServe({}, Reflect);
  const auto transport = MustConnect({.base_url = Url(*server)});
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(caller) + "/" + std::to_string(i);
        const Result<Response> answer = transport->Send({.path = path});
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(answer->body, "GET " + path + " ");
      }
    });
  }
}

TEST(TransportTest, HandsAStreamOnAsItArrives) {
  Gate gate;
  const auto server = MustServe({}, [&](const Request&) -> Response {
    return {.status = 200, .producer = [&](const ChunkSink& send, std::stop_token stop) -> Status {
              HAWSER_RETURN_IF_ERROR(send("first\n"));
              if (!gate.Wait(stop)) return CancelledError("the server ends");
              return send("second\n");
            }};
  });
  const auto transport = MustConnect({.base_url = Url(*server)});
  std::string received;
  const Result<Response> end =
      transport->Stream({.path = "/watch"},
                        [&](std::string_view chunk) {
                          received += chunk;
                          gate.Open();  // the second line is only sent once the first one was seen
                          return OkStatus();
                        },
                        {});
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->status, 200);
  EXPECT_EQ(received, "first\nsecond\n");
}

Response Endless(const Request&) {
  return {.status = 200, .producer = [](const ChunkSink& send, std::stop_token stop) -> Status {
            HAWSER_RETURN_IF_ERROR(send("hello"));
            Gate never;
            never.Wait(stop);
            return CancelledError("the server ends");
          }};
}

TEST(TransportTest, StopWakesASilentStreamAtOnce) {
  const auto server = MustServe({}, Endless);
  const auto transport = MustConnect({.base_url = Url(*server)});
  std::stop_source stop;
  std::jthread stopper;
  const Result<Response> end = transport->Stream(
      {.path = "/", .timeout = seconds(60)},
      [&](std::string_view) {
        stopper = std::jthread([&] { stop.request_stop(); });
        return OkStatus();
      },
      stop.get_token());
  EXPECT_EQ(end.status().code(), Code::kCancelled) << end.status();
}

TEST(TransportTest, EndsAStreamThatStaysSilentTooLong) {
  const auto server = MustServe({}, Endless);
  const auto transport = MustConnect({.base_url = Url(*server)});
  const Result<Response> end = transport->Stream({.path = "/", .timeout = milliseconds(100)},
                                                 [](std::string_view) { return OkStatus(); }, {});
  EXPECT_EQ(end.status().code(), Code::kDeadlineExceeded) << end.status();
}

TEST(TransportTest, EndsAStreamWithTheSinksFailure) {
  const auto server = MustServe({}, Endless);
  const auto transport = MustConnect({.base_url = Url(*server)});
  const Result<Response> end = transport->Stream(
      {.path = "/"}, [](std::string_view) { return DataLossError("not JSON"); }, {});
  EXPECT_EQ(end.status().code(), Code::kDataLoss) << end.status();
}

TEST(TransportTest, IsUnavailableWhenAStreamIsCut) {
  const auto server = MustServe({}, [](const Request&) -> Response {
    return {.status = 200, .producer = [](const ChunkSink& send, std::stop_token) -> Status {
              HAWSER_RETURN_IF_ERROR(send("half a li"));
              return UnavailableError("cut");
            }};
  });
  const auto transport = MustConnect({.base_url = Url(*server)});
  std::string received;
  const Result<Response> end = transport->Stream(
      {.path = "/"}, [&](std::string_view chunk) { return received += chunk, OkStatus(); }, {});
  EXPECT_EQ(end.status().code(), Code::kUnavailable) << end.status();
  EXPECT_EQ(received, "half a li");
}

TEST(TransportTest, AnswersARefusedStreamWithItsBody) {
  const auto server =
      MustServe({}, [](const Request&) { return Response{.status = 410, .body = "too old"}; });
  const auto transport = MustConnect({.base_url = Url(*server)});
  const Result<Response> answer = transport->Stream(
      {.path = "/"}, [](std::string_view) { return InternalError("handed on"); }, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 410);
  EXPECT_EQ(answer->body, "too old");
}

TEST(TransportTest, SurvivesAServerThatRestarts) {
  auto server = MustServe({}, Reflect);
  const uint16_t port = server->port();
  const auto transport = MustConnect({.base_url = Url(*server)});
  ASSERT_TRUE(transport->Send({.path = "/"}).ok());
  server.reset();
  server = MustServe({.port = port}, Reflect);
  Result<Response> answer = transport->Send({.path = "/"});
  for (const Deadline deadline = In(seconds(10));
       !answer.ok() && std::chrono::steady_clock::now() < deadline;) {
    answer = transport->Send({.path = "/"});
  }
  EXPECT_TRUE(answer.ok()) << answer.status();
}

class TransportTlsTest : public ::testing::Test {
 protected:
  const TestCertificate identity_ = MakeTestCertificate("IP:127.0.0.1");
  const TestCertificate named_ = MakeTestCertificate("DNS:api.example");

  static std::unique_ptr<Server> ServeAs(const TestCertificate& identity) {
    return MustServe({.certificate = identity.certificate, .key = identity.key}, Reflect);
  }
  static Status SendFailure(const TransportOptions& options) {
    return MustConnect(options)->Send({.path = "/"}).status();
  }
};

TEST_F(TransportTlsTest, AcceptsTheCertificateOfTheUrlsHost) {
  const auto server = ServeAs(identity_);
  const Status status =
      SendFailure({.base_url = Url(*server, "https"), .ca = identity_.certificate});
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(TransportTlsTest, RefusesACertificateForAnotherName) {
  const auto server = ServeAs(named_);
  const Status status = SendFailure({.base_url = Url(*server, "https"), .ca = named_.certificate});
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
}

TEST_F(TransportTlsTest, VerifiesTheServerNameInPlaceOfTheHost) {
  const auto server = ServeAs(named_);
  TransportOptions options{
      .base_url = Url(*server, "https"), .ca = named_.certificate, .server_name = "api.example"};
  const Status status = SendFailure(options);
  EXPECT_TRUE(status.ok()) << status;
  options.server_name = "other.example";
  EXPECT_EQ(SendFailure(options).code(), Code::kUnavailable);
}

TEST_F(TransportTlsTest, AsksForTheServerNameItExpects) {
  Result<net::TcpListener> listening = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  const std::jthread client([&] {
    EXPECT_FALSE(SendFailure({.base_url = "https://127.0.0.1:" + std::to_string(listening->port),
                              .server_name = "api.example"})
                     .ok());
  });
  auto stream = listening->listener->Accept(In(seconds(20)));
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string hello(4096, '\0');
  const Result<size_t> size = (*stream)->Read(hello, In(seconds(20)));
  EXPECT_NE(hello.substr(0, size.value_or(0)).find("api.example"), std::string::npos);
  (*stream)->Close();
}

TEST_F(TransportTlsTest, RefusesTheHostsCertificateWhenAnotherNameIsExpected) {
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https"),
                         .ca = identity_.certificate,
                         .server_name = "api.example"})
                .code(),
            Code::kUnavailable);
}

TEST_F(TransportTlsTest, RefusesACertificateOfAnotherAuthority) {
  const auto server = ServeAs(identity_);
  const Status status = SendFailure(
      {.base_url = Url(*server, "https"), .ca = MakeTestCertificate("IP:127.0.0.1").certificate});
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
}

TEST_F(TransportTlsTest, RefusesAnUnknownAuthorityWhenTrustingTheSystem) {
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https")}).code(), Code::kUnavailable);
}

TEST_F(TransportTlsTest, TrustsTheSystemsAuthoritiesWithoutOnesOfItsOwn) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(identity_);
  const Status status = SendFailure({.base_url = Url(*server, "https")});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(system.WasRead());
}

TEST_F(TransportTlsTest, NeitherTrustsNorReadsTheSystemsWithOnesOfItsOwn) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https"), .ca = named_.certificate}).code(),
            Code::kUnavailable);
  EXPECT_FALSE(system.WasRead()) << "that takes longer than a request";
}

TEST_F(TransportTlsTest, AcceptsAnythingWhenInsecure) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(named_);
  const Status status = SendFailure({.base_url = Url(*server, "https"), .insecure = true});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(system.WasRead());
}

TEST_F(TransportTlsTest, PresentsTheClientCertificate) {
  const net::SessionKeys keys =
      net::MakeSessionKeys("team/api", std::chrono::system_clock::now(), std::chrono::hours(1))
          .value();
  const auto server = MustServe(
      {.certificate = identity_.certificate, .key = identity_.key, .client_ca = keys.ca}, Reflect);
  TransportOptions options{.base_url = Url(*server, "https"), .ca = identity_.certificate};
  EXPECT_EQ(SendFailure(options).code(), Code::kUnavailable);
  options.certificate = keys.client_cert;
  options.key = keys.client_key;
  const Status status = SendFailure(options);
  EXPECT_TRUE(status.ok()) << status;
}

TEST(MakeTransportTest, NamesWhatDoesNotParse) {
  const auto failure = [](const TransportOptions& options) {
    return MakeTransport(options).status();
  };
  EXPECT_EQ(failure({.base_url = "not a url"}).code(), Code::kInvalidArgument);
  EXPECT_NE(failure({.base_url = "https://x", .ca = "junk"}).message().find("ca"),
            std::string::npos);
  EXPECT_NE(failure({.base_url = "https://x", .key = "junk"}).message().find("client key"),
            std::string::npos);
}

}  // namespace
}  // namespace hawser::http
