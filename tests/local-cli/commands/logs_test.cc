// The app's output on the developer's side: tails, reconnects, gaps, the end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "lib/base/unique_fd.h"
#include "local-cli/commands/log_cursor.h"
#include "local-cli/render/output_stream.h"
#include "tests/local-cli/commands/fake_cluster.h"

namespace hawser::cli {
namespace {

const Duration kLogPatience = std::chrono::seconds(20);
constexpr uint64_t kSource = 7;

wire::LogRequest TakeRequest(wire::Channel& client) {
  while (true) {
    const Result<wire::Message> message = client.Receive(In(kLogPatience));
    if (!message.ok()) return {};
    if (const auto* request = std::get_if<wire::LogRequest>(&*message)) return *request;
  }
}

void SendChunk(wire::Channel& client, uint64_t offset, std::string bytes, bool last = false) {
  (void)client.Send(
      wire::LogChunk{.bytes = std::move(bytes), .last = last, .at = {kSource, offset}},
      In(kLogPatience));
}

void AwaitEnd(wire::Channel& client) {
  while (client.Receive(In(kLogPatience)).ok()) {
  }
}

TEST(LogsTest, PrintsWhatIsKeptAndEnds) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", [](wire::Channel& client) {
    EXPECT_FALSE(TakeRequest(client).follow);
    SendChunk(client, 0, "one\n");
    SendChunk(client, 4, "two\n", true);
  });
  ASSERT_TRUE(RunLogs({.session = "dev"}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "one\ntwo\n");
}

TEST(LogsTest, BeginsWithTheAskedLines) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", [](wire::Channel& client) {
    TakeRequest(client);
    SendChunk(client, 0, "one\ntwo\nthree\n", true);
  });
  ASSERT_TRUE(RunLogs({.session = "dev", .tail = 2}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "two\nthree\n");
}

TEST(LogsTest, RepeatsAndLosesNothingAcrossAReconnect) {
  FakeCluster cluster;
  std::atomic<int> connections = 0;
  cluster.AddPod("api-1", "1", [&](wire::Channel& client) {
    const wire::LogRequest request = TakeRequest(client);
    if (connections++ == 0) {
      SendChunk(client, 0, "same\nsame\n");
      return;
    }
    EXPECT_EQ(request.from, (wire::LogPosition{kSource, 10}));
    SendChunk(client, 5, "same\nsame\n");  // an agent that has just started knows no positions
    SendChunk(client, 15, "end\n");
    AwaitEnd(client);
  });
  cluster.StopAfter("end");
  ASSERT_TRUE(RunLogs({.session = "dev", .follow = true}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "same\nsame\nsame\nend\n");
  EXPECT_NE(cluster.err().find("connecting again"), std::string::npos) << cluster.err();
}

TEST(LogsTest, EndsOnceNobodyReadsThem) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", [](wire::Channel& client) {
    TakeRequest(client);
    for (uint64_t line = 0; line < 100000; ++line) SendChunk(client, line * 5, "line\n");
    AwaitEnd(client);
  });
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd writer(ends[1]);
  std::jthread head([reader = UniqueFd(ends[0])] {
    char first = 0;
    EXPECT_EQ(::read(reader.get(), &first, 1), 1);
  });
  std::stop_source stop;
  std::jthread stopping;
  {
    OutputStream out(writer.get(), [&] { stopping = std::jthread([&] { stop.request_stop(); }); });
    const auto renderer = MakeTextRenderer(out, out, {});
    Environment environment{.connect = cluster.Text().connect,
                            .renderer = *renderer,
                            .clock = cluster.Text().clock,
                            .stop = stop.get_token()};
    EXPECT_TRUE(RunLogs({.session = "dev", .follow = true}, environment).ok());
    EXPECT_TRUE(out.unread());
  }
  ::signal(SIGPIPE, before);
}

TEST(LogsTest, ReadsTheTailAgainWhenItWasCutOff) {
  FakeCluster cluster;
  std::atomic<int> connections = 0;
  cluster.AddPod("api-1", "1", [&](wire::Channel& client) {
    TakeRequest(client);
    SendChunk(client, 0, "one\n");
    if (connections++ == 0) return;
    SendChunk(client, 4, "two\n", true);
    EXPECT_EQ(TakeRequest(client).from, (wire::LogPosition{kSource, 8}));
    SendChunk(client, 8, "end\n");
    AwaitEnd(client);
  });
  cluster.StopAfter("end");
  ASSERT_TRUE(RunLogs({.session = "dev", .follow = true, .tail = 9}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "one\ntwo\nend\n");
}

TEST(LogsTest, TellsWhatNobodyKeeps) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", [](wire::Channel& client) {
    TakeRequest(client);
    SendChunk(client, 0, "one\n");
    SendChunk(client, 1004, "end\n");
    AwaitEnd(client);
  });
  cluster.StopAfter("end");
  ASSERT_TRUE(RunLogs({.session = "dev", .follow = true}, cluster.Text()).ok());
  EXPECT_EQ(cluster.out(), "one\nend\n");
  EXPECT_NE(cluster.err().find("1000 B of output are missing"), std::string::npos) << cluster.err();
}

TEST(LogsTest, WritesOneObjectPerPiece) {
  FakeCluster cluster;
  cluster.AddPod("api-1", "1", [](wire::Channel& client) {
    TakeRequest(client);
    SendChunk(client, 0, "one\n", true);
  });
  ASSERT_TRUE(RunLogs({.session = "dev"}, cluster.Json()).ok());
  EXPECT_EQ(cluster.out(), "{\"pod\":\"api-1\",\"text\":\"one\\n\"}\n");
}

TEST(LogsTest, SaysWhyThereIsNothingToRead) {
  FakeCluster cluster;
  cluster.AddWaitingPod("api-1");
  const Status status = RunLogs({.session = "dev"}, cluster.Text());
  EXPECT_EQ(status.code(), Code::kUnavailable);
  EXPECT_NE(status.message().find("no such image"), std::string::npos) << status;
}

TEST(LogCursorTest, FollowsASourceAndBeginsAnewWithAnother) {
  LogCursor cursor;
  EXPECT_EQ(cursor.Take({.bytes = "abc", .at = {1, 10}}).bytes, "abc");
  EXPECT_EQ(cursor.Take({.bytes = "bcd", .at = {1, 11}}).bytes, "d");
  EXPECT_EQ(cursor.Take({.bytes = "abc", .at = {1, 10}}).bytes, "");
  EXPECT_EQ(cursor.next(), (wire::LogPosition{1, 14}));
  EXPECT_EQ(cursor.Take({.bytes = "later", .at = {1, 20}}).missed, 6U);
  const wire::LogChunk chunk{.bytes = "new", .at = {2, 5}};
  const LogCursor::Fresh other = cursor.Take(chunk);
  EXPECT_EQ(other.bytes, "new");
  EXPECT_EQ(other.missed, 0U);
  EXPECT_EQ(cursor.next(), (wire::LogPosition{2, 8}));
}

TEST(LogCursorTest, CutsToTheLastLines) {
  EXPECT_EQ(LastLines("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(LastLines("a\nb\nc", 1), "c");
  EXPECT_EQ(LastLines("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(LastLines("a\n", 0), "");
  EXPECT_EQ(LastLines("", 3), "");
}

}  // namespace
}  // namespace hawser::cli
