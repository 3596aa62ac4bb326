// Streamed answers of the HTTP client: watches, their ends, and who may end them.
#include "lib/http/transport.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/lib/http/served.h"

namespace hawser::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::unique_ptr<Transport> MustConnect(const TransportOptions& options) {
  Result<std::unique_ptr<Transport>> transport = MakeTransport(options);
  EXPECT_TRUE(transport.ok()) << transport.status();
  return std::move(transport).value();
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

}  // namespace
}  // namespace hawser::http
