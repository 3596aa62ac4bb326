// Bytes both ways, ends of one direction and of both, and streams that break.
#include "lib/net/relay.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "lib/net/socket.h"
#include "tests/lib/net/stream_kinds.h"
#include "tests/support/byte_stream_contract.h"

namespace hawser::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ConnectTcpPair;
using testing::MakeMemoryPipe;
using testing::ReadExactly;
using testing::StreamPair;

/// A relay between two connections whose outer ends the test has. The remote one is TCP, or a pipe
/// that, like a port-forward, ends as a whole.
class Relayed {
 public:
  explicit Relayed(StreamPair remote, RelayOptions options = {})
      : remote_(std::move(remote)), thread_([this, options] {
          result_ = Relay(*local_.second, *remote_.first, options);
          // As when its owner lets go of it.
          local_.second.reset();
          remote_.first.reset();
        }) {}
  ~Relayed() {
    if (local_.first) local_.first->Close();
    if (remote_.second) remote_.second->Close();
  }

  ByteStream& client() { return *local_.first; }
  ByteStream& app() { return *remote_.second; }
  ByteStream& tunnel() { return *remote_.first; }
  void DropApp() { remote_.second.reset(); }
  void DropClient() { local_.first.reset(); }

  RelayResult Wait() {
    thread_.join();
    return result_;
  }

 private:
  StreamPair local_ = ConnectTcpPair();
  StreamPair remote_;
  RelayResult result_;
  std::jthread thread_;
};

std::string Read(ByteStream& stream) {
  std::string buffer(1024, '\0');
  const Result<size_t> count = stream.Read(buffer, In(seconds(20)));
  EXPECT_TRUE(count.ok()) << count.status();
  return buffer.substr(0, count.value_or(0));
}

bool AtEnd(ByteStream& stream) {
  char byte;
  const Result<size_t> count = stream.Read({&byte, 1}, In(seconds(20)));
  return count.ok() && *count == 0;
}

TEST(RelayTest, CarriesBothWaysAndCounts) {
  Relayed relayed(ConnectTcpPair());
  ASSERT_TRUE(relayed.client().Write("ask", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.app()), "ask");
  ASSERT_TRUE(relayed.app().Write("answer", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.client()), "answer");
  relayed.DropClient();
  EXPECT_TRUE(AtEnd(relayed.app()));
  relayed.DropApp();
  const RelayResult result = relayed.Wait();
  EXPECT_EQ(result.up, 3U);
  EXPECT_EQ(result.down, 6U);
  EXPECT_EQ(result.status, OkStatus());
}

TEST(RelayTest, PassesTheEndOfOneDirectionOn) {
  Relayed relayed(ConnectTcpPair());
  ASSERT_TRUE(relayed.client().Write("all", In(seconds(20))).ok());
  relayed.client().EndWrite();
  EXPECT_EQ(Read(relayed.app()), "all");
  EXPECT_TRUE(AtEnd(relayed.app()));
  ASSERT_TRUE(relayed.app().Write("late answer", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.client()), "late answer");
  relayed.app().EndWrite();
  EXPECT_TRUE(AtEnd(relayed.client()));
  EXPECT_EQ(relayed.Wait().status, OkStatus());
}

TEST(RelayTest, TellsOfEachPieceThatIsCarriedEitherWay) {
  std::atomic<int> carried = 0;
  Relayed relayed(MakeMemoryPipe(), {.on_carried = [&] { ++carried; }});
  EXPECT_EQ(carried, 0) << "not used";
  ASSERT_TRUE(relayed.client().Write("ask", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.app()), "ask");
  ASSERT_TRUE(relayed.app().Write("answer", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.client()), "answer");
  relayed.client().EndWrite();
  relayed.DropApp();
  EXPECT_TRUE(AtEnd(relayed.client()));
  relayed.Wait();
  EXPECT_EQ(carried, 2);
}

TEST(RelayTest, AnswersAClientThatEndedOverAStreamWithoutHalves) {
  std::atomic<bool> told = false;
  Relayed relayed(MakeMemoryPipe(), {.on_half_open = [&] { told = true; }});
  ASSERT_TRUE(relayed.client().Write("all", In(seconds(20))).ok());
  relayed.client().EndWrite();
  EXPECT_EQ(Read(relayed.app()), "all");
  ASSERT_TRUE(relayed.app().Write("answer", In(seconds(20))).ok());
  EXPECT_EQ(Read(relayed.client()), "answer");
  relayed.DropApp();
  EXPECT_TRUE(AtEnd(relayed.client()));
  EXPECT_EQ(relayed.Wait().status, OkStatus());
  EXPECT_TRUE(told);
}

TEST(RelayTest, EndsASilentRemoteThatCannotBeToldTheEnd) {
  Relayed relayed(MakeMemoryPipe(), {.patience = milliseconds(30)});
  relayed.client().EndWrite();
  EXPECT_TRUE(AtEnd(relayed.client()));
  EXPECT_EQ(relayed.Wait().status, OkStatus());
  EXPECT_TRUE(AtEnd(relayed.app()));
}

TEST(RelayTest, DeliversTheLastBytesToAClientThatStillSends) {
  Relayed relayed(MakeMemoryPipe(), {.drain = milliseconds(100)});
  std::jthread sender([&](const std::stop_token& stop) {
    const std::string piece(1 << 16, 'x');
    while (!stop.stop_requested() && relayed.client().Write(piece, In(seconds(20))).ok()) {
    }
  });
  ReadExactly(relayed.app(), 1 << 16);
  ASSERT_TRUE(relayed.app().Write("refused", In(seconds(20))).ok());
  relayed.DropApp();
  EXPECT_EQ(ReadExactly(relayed.client(), 7), "refused");
  EXPECT_TRUE(AtEnd(relayed.client()));
  sender.request_stop();
  EXPECT_EQ(relayed.Wait().status, OkStatus());
}

/// A stream whose reading breaks when told to.
class Breaking final : public ByteStream {
 public:
  Result<size_t> Read(std::span<char>, Deadline) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return end_.has_value(); });
    return *end_;
  }
  Status Write(std::string_view, Deadline) override { return OkStatus(); }
  void Close() override { End(CancelledError("closed here")); }
  std::string Peer() const override { return "breaking"; }
  void End(Status status) {
    const std::lock_guard lock(mutex_);
    if (!end_) end_ = std::move(status);
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Status> end_;
};

TEST(RelayTest, ResetsTheClientOfATunnelThatBreaks) {
  StreamPair local = ConnectTcpPair();
  Breaking tunnel;
  std::jthread breaker([&] { tunnel.End(UnavailableError("the pod is gone")); });
  const RelayResult result = Relay(*local.second, tunnel);
  EXPECT_EQ(result.status, UnavailableError("the pod is gone"));
  local.second.reset();
  char byte;
  const Result<size_t> count = local.first->Read({&byte, 1}, In(seconds(20)));
  EXPECT_EQ(count.status().code(), Code::kUnavailable) << "a reset, not an end";
}

TEST(RelayTest, AbortWakesARelayWhoseClientDoesNotRead) {
  StreamPair local = ConnectTcpPair();
  StreamPair remote = ConnectTcpPair();
  std::jthread relay([&] { Relay(*local.second, *remote.first); });
  const std::string piece(1 << 20, 'x');
  Status written;
  while (written.ok()) written = remote.second->Write(piece, In(milliseconds(300)));
  EXPECT_EQ(written.code(), Code::kDeadlineExceeded) << "nothing fits any more";
  local.second->Abort();
  relay.join();
}

TEST(RelayTest, CarriesMuchBothWaysAtOnceUnharmed) {
  constexpr size_t kBytes = 8 << 20;
  std::mt19937_64 random(7);
  std::string up(kBytes, '\0');
  for (char& byte : up) byte = static_cast<char>(random());
  const std::string down(up.rbegin(), up.rend());
  Relayed relayed(MakeMemoryPipe(10'000), {.drain = milliseconds(100)});
  std::string received_up;
  {
    const std::jthread ask([&] { EXPECT_TRUE(relayed.client().Write(up, In(seconds(60))).ok()); });
    const std::jthread answer(
        [&] { EXPECT_TRUE(relayed.app().Write(down, In(seconds(60))).ok()); });
    const std::jthread read([&] { received_up = ReadExactly(relayed.app(), kBytes); });
    EXPECT_TRUE(ReadExactly(relayed.client(), kBytes) == down);
  }
  EXPECT_TRUE(received_up == up);
  relayed.DropApp();
  EXPECT_TRUE(AtEnd(relayed.client()));
  EXPECT_EQ(relayed.Wait().up, kBytes);
}

}  // namespace
}  // namespace hawser::net
