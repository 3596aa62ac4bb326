// The HTTP client for servers that may mean ill: whatever they send, it ends in time and in bounds.
#include <gtest/gtest.h>

#include "lib/base/version.h"
#include "lib/http/transport.h"
#include "tests/lib/http/hostile_server.h"
#include "tests/support/test_certificate.h"

namespace hawser::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Answering;
using testing::AnsweringForEver;
using testing::Dripping;
using testing::HostileServer;

constexpr size_t kHeaderLimit = 64U << 10;
constexpr size_t kBodyLimit = 1U << 20;

Result<Response> SendTo(const std::string& url, Request request) {
  HAWSER_ASSIGN_OR_RETURN(const auto sender, MakeBoundedSender({.base_url = url}));
  request.max_body = kBodyLimit;
  return sender->Send(request);
}

Result<Response> AnswerOf(HostileServer::Script script, const std::string& method = "GET") {
  const HostileServer server(std::move(script));
  return SendTo(server.url(), {.method = method, .path = "/x"});
}

void ExpectRefused(HostileServer::Script script, Code code, const std::string& words) {
  const Status status = AnswerOf(std::move(script)).status();
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_NE(status.message().find(words), std::string::npos) << status;
  EXPECT_NE(status.message().find("/x"), std::string::npos) << status;
}

TEST(BoundedSenderTest, ReadsAnswersOfEveryLength) {
  for (const std::string rest :
       {"Content-Length: 5\r\n\r\nhello", "Content-Length: 5\r\n\r\nhello and more", "\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n"}) {
    const Result<Response> answer = AnswerOf(Answering("HTTP/1.1 200 OK\r\n" + rest));
    ASSERT_TRUE(answer.ok()) << rest << answer.status();
    EXPECT_EQ(answer->body, "hello") << rest;
  }
}

TEST(BoundedSenderTest, SaysWhoAsksAndThatItAsksOnce) {
  std::map<std::string, std::string> headers;
  const auto server = Serve(ServerOptions{}, [&](const Request& request) {
    headers = request.headers;
    return Response{.status = 200};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string name = "127.0.0.1:" + std::to_string((*server)->port());
  ASSERT_TRUE(SendTo("http://" + name, {.path = "/"}).ok());
  EXPECT_EQ(headers["host"], name);
  EXPECT_EQ(headers["user-agent"], std::string("hawser/") + kVersion);
  EXPECT_EQ(headers["connection"], "close");
}

TEST(BoundedSenderTest, ReachesIpv6Addresses) {
  if (!net::ListenTcp("::1", 0).ok()) GTEST_SKIP() << "this machine has no IPv6";
  const auto server = Serve(ServerOptions{.address = "::1"}, [](const Request& request) {
    return Response{.status = 200, .body = request.headers.at("host")};
  });
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string name = "[::1]:" + std::to_string((*server)->port());
  const Result<Response> answer = SendTo("http://" + name, {.path = "/"});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, name);
}

TEST(BoundedSenderTest, WaitsForNoBodyWhereNoneCanCome) {
  const HostileServer::Script kept_open = Dripping("HTTP/1.1 204 No Content\r\n\r\n", "");
  EXPECT_EQ(AnswerOf(kept_open)->status, 204);
  const auto of_head = Dripping("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "");
  EXPECT_EQ(AnswerOf(of_head, "HEAD")->body, "");
}

TEST(BoundedSenderTest, PassesOverNotesThatAnAnswerIsToCome) {
  const Result<Response> answer = AnswerOf(
      Answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "ok");
  EXPECT_FALSE(answer->headers.contains("link"));
}

TEST(BoundedSenderTest, JoinsHeadersOfTheSameName) {
  const Result<Response> answer =
      AnswerOf(Answering("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n"
                         "www-authenticate: Bearer realm=\"x\"\r\n\r\n"));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->headers.at("www-authenticate"), "Basic, Bearer realm=\"x\"");
}

TEST(BoundedSenderTest, RefusesHeadersWithoutAnEnd) {
  const std::string words = "headers are longer than 64.0 KiB";
  const std::string line(1000, 'x');
  for (const auto& [begin, more] : {std::pair<std::string, std::string>{"HTTP/1.1 200 ", line},
                                    {"HTTP/1.1 200 OK\r\nX: ", line},
                                    {"HTTP/1.1 200 OK\r\n", "A: b\r\n"},
                                    {"HTTP/1.1 200 OK\r\n", "A: " + line + "\r\n"},
                                    {"HTTP/1.1 200 OK\r\nA: b\r\n", " " + line + "\r\n"},
                                    {"", "HTTP/1.1 100 Continue\r\n\r\n"}}) {
    SCOPED_TRACE(begin + "..." + more.substr(0, 30));
    const Result<Response> answer = AnswerOf(AnsweringForEver(begin, more));
    EXPECT_EQ(answer.status().code(), Code::kResourceExhausted) << answer.status();
    EXPECT_NE(answer.status().message().find(words), std::string::npos) << answer.status();
  }
}

TEST(BoundedSenderTest, CountsHeadersThatComeLineByLine) {
  // With the next line begun the parser forgets those before it.
  const std::string line = ": " + std::string(400, 'x') + "\r\nA";
  ExpectRefused(Dripping("HTTP/1.1 200 OK\r\nA", line), Code::kResourceExhausted, "headers");
}

TEST(BoundedSenderTest, TakesHeadersUpToTheLimit) {
  const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: ";
  const std::string end = "\r\n\r\n";
  const std::string value(kHeaderLimit - begin.size() - end.size(), 'a');
  const Result<Response> answer = AnswerOf(Answering(begin + value + end));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->headers.at("a"), value);
  ExpectRefused(Answering(begin + value + "a" + end), Code::kResourceExhausted, "headers");
}

TEST(BoundedSenderTest, RefusesBodiesWithoutAnEnd) {
  const std::string words = "longer than " + std::to_string(kBodyLimit) + " bytes";
  const std::string piece(1024, 'x');
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  ExpectRefused(AnsweringForEver(head + "\r\n", piece), Code::kResourceExhausted, words);
  ExpectRefused(AnsweringForEver(chunked, "400\r\n" + piece + "\r\n"), Code::kResourceExhausted,
                words);
  for (const char* length : {"1048577", "9223372036854775807", "18446744073709551615"}) {
    const std::string answer = head + "Content-Length: " + length + "\r\n\r\n";
    ExpectRefused(AnsweringForEver(answer, piece), Code::kResourceExhausted, words);
  }
  for (const char* begin : {"1;", "0;", "0\r\nA: "}) {
    ExpectRefused(AnsweringForEver(chunked + begin, piece), Code::kResourceExhausted,
                  "a chunk's header");
  }
}

TEST(BoundedSenderTest, TakesBodiesUpToTheLimit) {
  const std::string body(kBodyLimit, 'x');
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(AnswerOf(Answering(head + "\r\n" + body))->body, body);
  EXPECT_EQ(AnswerOf(Answering(head + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + body +
                               "\r\n0\r\n\r\n"))
                ->body,
            body);
}

TEST(BoundedSenderTest, IsUnavailableWhenTheServerEndsEarly) {
  const std::string words = "ended before the answer";
  for (const char* text :
       {"", "HTT", "HTTP/1.1 200 OK\r\nA: b", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    ExpectRefused(Answering(text), Code::kUnavailable, words);
  }
}

TEST(BoundedSenderTest, IsUnavailableWhenTheAnswerIsNoHttp) {
  for (const char* text :
       {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"}) {
    const Status status = AnswerOf(Answering(text)).status();
    EXPECT_EQ(status.code(), Code::kUnavailable) << text << status;
  }
}

/// Asks a server that never answers in full, and expects the deadline to end that.
void ExpectTimeout(const std::string& url, const std::string& body = {}) {
  const auto begun = std::chrono::steady_clock::now();
  const Status status =
      SendTo(url, {.path = "/x", .body = body, .timeout = milliseconds(100)}).status();
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
  EXPECT_NE(status.message().find("/x: no whole answer within 100.0 ms"), std::string::npos)
      << status;
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(10));
}

TEST(BoundedSenderTest, EndsAServerThatDripsInTime) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  for (const auto& [begin, more] : {std::pair<std::string, std::string>{"", ""},
                                    {"HTTP/1.1 200 ", "x"},
                                    {head, "A: b\r\n"},
                                    {head + "\r\n", "x"},
                                    {head + "Content-Length: 100000\r\n\r\n", "x"},
                                    {head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"}}) {
    SCOPED_TRACE(begin + "..." + more);
    const HostileServer server(Dripping(begin, more));
    ExpectTimeout(server.url());
  }
}

TEST(BoundedSenderTest, EndsAServerInTimeThatNeverLetsItWait) {
  const std::string chunk = "1;" + std::string(4096, 'a') + "\r\nx\r\n";
  const HostileServer server(
      AnsweringForEver("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk));
  const Status status = SendTo(server.url(), {.path = "/", .timeout = milliseconds(50)}).status();
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
}

TEST(BoundedSenderTest, EndsAServerInTimeThatTakesNothing) {
  const Result<net::TcpListener> never_accepted = net::ListenTcp("127.0.0.1", 0);
  ASSERT_TRUE(never_accepted.ok()) << never_accepted.status();
  const std::string name = "127.0.0.1:" + std::to_string(never_accepted->port);
  ExpectTimeout("http://" + name);
  ExpectTimeout("http://" + name, std::string(16U << 20, 'x'));
  ExpectTimeout("https://" + name);
}

TEST(BoundedSenderTest, IsUnavailableWhenTheServerSpeaksNoTls) {
  const HostileServer server([](net::ByteStream& client) {
    (void)client.Write("HTTP/1.1 400 Bad Request\r\n\r\n", kNoDeadline);
  });
  const Status status = SendTo("https://" + server.name(), {.path = "/"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable) << status;
  EXPECT_NE(status.message().find("TLS with 127.0.0.1"), std::string::npos) << status;
}

TEST(BoundedSenderTest, SaysWhyACertificateIsRefused) {
  const testing::TestCertificate other = testing::MakeTestCertificate("DNS:other.example");
  const auto server = Serve(ServerOptions{.certificate = other.certificate, .key = other.key},
                            [](const Request&) { return Response{.status = 200}; });
  ASSERT_TRUE(server.ok()) << server.status();
  const auto sender =
      MakeBoundedSender({.base_url = "https://localhost:" + std::to_string((*server)->port()),
                         .ca = other.certificate});
  ASSERT_TRUE(sender.ok()) << sender.status();
  const Status status = (*sender)->Send({.path = "/"}).status();
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("certificate of localhost was refused: hostname mismatch"),
            std::string::npos)
      << status;
}

TEST(BoundedSenderTest, RefusesToSendWhatWouldEndItsLine) {
  const HostileServer server(Answering("HTTP/1.1 200 OK\r\n\r\n"));
  for (const char* path : {"/a b", "/a\r\nX: y", "/\x7f", "/\xc3\xa9"}) {
    EXPECT_EQ(SendTo(server.url(), {.path = path}).status().code(), Code::kInvalidArgument) << path;
  }
  const Status status =
      SendTo(server.url(), {.path = "/", .headers = {{"Authorization", "s3cret\r\nX: y"}}})
          .status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.message().find("s3cret"), std::string::npos) << status;
}

}  // namespace
}  // namespace hawser::http
