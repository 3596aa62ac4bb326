// What every HTTP client does, against our own server: answers, limits, TLS.
#include <gtest/gtest.h>

#include <thread>

#include "lib/http/transport.h"
#include "lib/net/certificate.h"
#include "lib/net/socket.h"
#include "tests/lib/http/served.h"
#include "tests/support/system_authority.h"
#include "tests/support/test_certificate.h"

namespace hawser::http {
namespace {

using testing::MakeTestCertificate;
using testing::TestCertificate;

/// One of our clients.
struct SenderKind {
  std::string name;
  std::function<Result<std::unique_ptr<Sender>>(const TransportOptions& options)> make;
};

Result<std::unique_ptr<Sender>> MakeTransportAsSender(const TransportOptions& options) {
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<Transport> transport, MakeTransport(options));
  return transport;
}

class SenderTest : public ::testing::TestWithParam<SenderKind> {
 protected:
  static std::unique_ptr<Sender> MustConnect(const TransportOptions& options) {
    Result<std::unique_ptr<Sender>> sender = GetParam().make(options);
    EXPECT_TRUE(sender.ok()) << sender.status();
    return std::move(sender).value();
  }
};

TEST_P(SenderTest, SendsMethodPathHeadersAndBody) {
  const auto server = MustServe({}, Reflect);
  const auto sender = MustConnect({.base_url = Url(*server)});
  const Result<Response> answer =
      sender->Send({.method = "PATCH", .path = "/a", .headers = {{"X-Token", "t"}}, .body = "{}"});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "PATCH /a {}");
  EXPECT_EQ(answer->headers.at("x-token"), "t");
}

TEST_P(SenderTest, KeepsPercentEncodingAsItIs) {
  const auto server = MustServe({}, Reflect);
  const auto sender = MustConnect({.base_url = Url(*server)});
  const std::string path = "/a%2Fb/c%20d?labelSelector=x%3Dy%2Cz&limit=5&continue=e%2Bf%26";
  EXPECT_EQ(sender->Send({.path = path})->body, "GET " + path + " ");
}

TEST_P(SenderTest, AppendsPathsToTheBaseUrl) {
  const auto server = MustServe({}, Reflect);
  const auto sender = MustConnect({.base_url = Url(*server) + "/k8s/clusters/c1"});
  EXPECT_EQ(sender->Send({.path = "/api/v1/pods"})->body, "GET /k8s/clusters/c1/api/v1/pods ");
}

TEST_P(SenderTest, SendsTheContentTypeItIsGiven) {
  const auto server = MustServe({}, [](const Request& request) {
    return Response{.status = 200, .body = request.headers.at("content-type")};
  });
  const auto sender = MustConnect({.base_url = Url(*server)});
  const Request request{.method = "PATCH",
                        .path = "/",
                        .headers = {{"Content-Type", "application/apply-patch+yaml"}},
                        .body = "a: b"};
  EXPECT_EQ(sender->Send(request)->body, "application/apply-patch+yaml");
}

TEST_P(SenderTest, TakesAnyStatusAsAnAnswer) {
  const auto server = MustServe({}, [](const Request& request) {
    return Response{.status = request.path == "/moved" ? 302 : 409,
                    .headers = {{"Location", "/elsewhere"}},
                    .body = "no"};
  });
  const auto sender = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(sender->Send({.path = "/"})->status, 409);
  EXPECT_EQ(sender->Send({.path = "/"})->body, "no");
  EXPECT_EQ(sender->Send({.path = "/moved"})->status, 302);
}

TEST_P(SenderTest, IsUnavailableWhenNobodyListens) {
  Result<net::TcpListener> listener = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listener.ok());
  const std::string url = "http://127.0.0.1:" + std::to_string(listener->port);
  listener->listener.reset();
  const Status status = MustConnect({.base_url = url})->Send({.path = "/x"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find(url + "/x"), std::string::npos) << status;
}

TEST_P(SenderTest, TimesOutWhenNoAnswerComes) {
  Gate gate;
  const auto server = MustServe({}, [&](const Request&) -> Response {
    return {.status = 200, .producer = [&](const ChunkSink&, std::stop_token stop) {
              gate.Wait(stop);
              return OkStatus();
            }};
  });
  const auto sender = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(sender->Send({.path = "/", .timeout = std::chrono::milliseconds(50)}).status().code(),
            Code::kDeadlineExceeded);
}

TEST_P(SenderTest, RefusesALongerBodyThanAllowed) {
  const auto server = MustServe(
      {}, [](const Request&) { return Response{.status = 200, .body = std::string(5000, 'x')}; });
  const auto sender = MustConnect({.base_url = Url(*server)});
  EXPECT_EQ(sender->Send({.path = "/", .max_body = 4999}).status().code(),
            Code::kResourceExhausted);
  EXPECT_EQ(sender->Send({.path = "/", .max_body = 5000})->body.size(), 5000U);
}

TEST_P(SenderTest, ServesManyCallersAtOnce) {
  const auto server = MustServe({}, Reflect);
  const auto sender = MustConnect({.base_url = Url(*server)});
  std::vector<std::jthread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 25; ++i) {
        const std::string path = "/" + std::to_string(caller) + "/" + std::to_string(i);
        const Result<Response> answer = sender->Send({.path = path});
        ASSERT_TRUE(answer.ok()) << answer.status();
        EXPECT_EQ(answer->body, "GET " + path + " ");
      }
    });
  }
}

TEST_P(SenderTest, SurvivesAServerThatRestarts) {
  auto server = MustServe({}, Reflect);
  const uint16_t port = server->port();
  const auto sender = MustConnect({.base_url = Url(*server)});
  ASSERT_TRUE(sender->Send({.path = "/"}).ok());
  server.reset();
  server = MustServe({.port = port}, Reflect);
  Result<Response> answer = sender->Send({.path = "/"});
  for (const Deadline deadline = In(std::chrono::seconds(10));
       !answer.ok() && std::chrono::steady_clock::now() < deadline;) {
    answer = sender->Send({.path = "/"});
  }
  EXPECT_TRUE(answer.ok()) << answer.status();
}

TEST_P(SenderTest, NamesWhatDoesNotParse) {
  const auto failure = [](const TransportOptions& options) {
    return GetParam().make(options).status();
  };
  EXPECT_EQ(failure({.base_url = "not a url"}).code(), Code::kInvalidArgument);
  EXPECT_NE(failure({.base_url = "https://x", .ca = "junk"}).message().find("ca"),
            std::string::npos);
  EXPECT_NE(failure({.base_url = "https://x", .key = "junk"}).message().find("client key"),
            std::string::npos);
}

class SenderTlsTest : public SenderTest {
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

TEST_P(SenderTlsTest, AcceptsTheCertificateOfTheUrlsHost) {
  const auto server = ServeAs(identity_);
  const Status status =
      SendFailure({.base_url = Url(*server, "https"), .ca = identity_.certificate});
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(SenderTlsTest, LooksUpAndVerifiesTheUrlsHostByItsName) {
  const TestCertificate local = MakeTestCertificate("DNS:localhost");
  const auto server = ServeAs(local);
  const std::string url = "https://localhost:" + std::to_string(server->port());
  const Status status = SendFailure({.base_url = url, .ca = local.certificate});
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(SenderTlsTest, RefusesACertificateForAnotherName) {
  const auto server = ServeAs(named_);
  const Status status = SendFailure({.base_url = Url(*server, "https"), .ca = named_.certificate});
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
}

TEST_P(SenderTlsTest, VerifiesTheServerNameInPlaceOfTheHost) {
  const auto server = ServeAs(named_);
  TransportOptions options{
      .base_url = Url(*server, "https"), .ca = named_.certificate, .server_name = "api.example"};
  const Status status = SendFailure(options);
  EXPECT_TRUE(status.ok()) << status;
  options.server_name = "other.example";
  EXPECT_EQ(SendFailure(options).code(), Code::kUnavailable);
}

TEST_P(SenderTlsTest, AsksForTheServerNameItExpects) {
  Result<net::TcpListener> listening = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(listening.ok());
  const std::jthread client([&] {
    EXPECT_FALSE(SendFailure({.base_url = "https://127.0.0.1:" + std::to_string(listening->port),
                              .server_name = "api.example"})
                     .ok());
  });
  auto stream = listening->listener->Accept(In(std::chrono::seconds(20)));
  ASSERT_TRUE(stream.ok()) << stream.status();
  std::string hello(4096, '\0');
  const Result<size_t> size = (*stream)->Read(hello, In(std::chrono::seconds(20)));
  EXPECT_NE(hello.substr(0, size.value_or(0)).find("api.example"), std::string::npos);
  (*stream)->Close();
}

TEST_P(SenderTlsTest, RefusesTheHostsCertificateWhenAnotherNameIsExpected) {
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https"),
                         .ca = identity_.certificate,
                         .server_name = "api.example"})
                .code(),
            Code::kUnavailable);
}

TEST_P(SenderTlsTest, RefusesACertificateOfAnotherAuthority) {
  const auto server = ServeAs(identity_);
  const Status status = SendFailure(
      {.base_url = Url(*server, "https"), .ca = MakeTestCertificate("IP:127.0.0.1").certificate});
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
}

TEST_P(SenderTlsTest, RefusesAnUnknownAuthorityWhenTrustingTheSystem) {
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https")}).code(), Code::kUnavailable);
}

TEST_P(SenderTlsTest, TrustsTheSystemsAuthoritiesWithoutOnesOfItsOwn) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(identity_);
  const Status status = SendFailure({.base_url = Url(*server, "https")});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(system.WasRead());
}

TEST_P(SenderTlsTest, NeitherTrustsNorReadsTheSystemsWithOnesOfItsOwn) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(identity_);
  EXPECT_EQ(SendFailure({.base_url = Url(*server, "https"), .ca = named_.certificate}).code(),
            Code::kUnavailable);
  EXPECT_FALSE(system.WasRead()) << "that takes longer than a request";
}

TEST_P(SenderTlsTest, AcceptsAnythingWhenInsecure) {
  testing::SystemAuthority system(identity_.certificate);
  const auto server = ServeAs(named_);
  const Status status = SendFailure({.base_url = Url(*server, "https"), .insecure = true});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(system.WasRead());
}

TEST_P(SenderTlsTest, PresentsTheClientCertificate) {
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

const auto kSenders = ::testing::Values(SenderKind{"Transport", MakeTransportAsSender},
                                        SenderKind{"Bounded", MakeBoundedSender});
const auto kSenderName = [](const auto& sender) { return sender.param.name; };

INSTANTIATE_TEST_SUITE_P(All, SenderTest, kSenders, kSenderName);
INSTANTIATE_TEST_SUITE_P(All, SenderTlsTest, kSenders, kSenderName);

}  // namespace
}  // namespace hawser::http
