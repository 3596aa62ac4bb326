// A channel between two ends of a pipe: order, bounds, deadlines, damage, and the end.
#include "lib/wire/channel.h"

#include <gtest/gtest.h>

#include <thread>

#include "lib/wire/frame.h"
#include "lib/wire/message_codec.h"
#include "tests/lib/wire/samples.h"
#include "tests/support/flaky_stream.h"
#include "tests/support/memory_pipe.h"

namespace hawser::wire {
namespace {

using hawser::testing::MakeFlakyStream;
using hawser::testing::MakeMemoryPipe;
using std::chrono::seconds;

constexpr size_t kRoomy = 32U << 20;  // so that one thread can send and then receive

/// Counts writes on their way to the pipe.
class CountingStream final : public net::ByteStream {
 public:
  CountingStream(std::unique_ptr<net::ByteStream> inner, int& writes)
      : inner_(std::move(inner)), writes_(writes) {}
  Result<size_t> Read(std::span<char> out, Deadline deadline) override {
    return inner_->Read(out, deadline);
  }
  Status Write(std::string_view data, Deadline deadline) override {
    ++writes_;
    return inner_->Write(data, deadline);
  }
  void Close() override { inner_->Close(); }
  std::string Peer() const override { return inner_->Peer(); }

 private:
  std::unique_ptr<net::ByteStream> inner_;
  int& writes_;
};

/// What a channel makes of raw bytes from its peer.
Status ReceiveRaw(std::string_view bytes, ChannelOptions options = {}) {
  auto [ours, theirs] = MakeMemoryPipe(kRoomy);
  Channel channel(std::move(ours), options);
  EXPECT_TRUE(theirs->Write(bytes, In(seconds(10))).ok());
  theirs->Close();
  return channel.Receive(In(seconds(10))).status();
}

TEST(ChannelTest, CarriesEveryMessageInOrder) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(std::move(pipe.first));
  Channel receiver(std::move(pipe.second));
  for (const Message& message : testing::SampleMessages())
    ASSERT_TRUE(sender.Send(message, In(seconds(10))).ok());
  for (const Message& message : testing::SampleMessages()) {
    const auto received = receiver.Receive(In(seconds(10)));
    ASSERT_TRUE(received.ok()) << received.status();
    EXPECT_EQ(*received, message);
  }
  EXPECT_EQ(sender.bytes_sent(), receiver.bytes_received());
}

TEST(ChannelTest, SendsASaveInOneWrite) {
  int writes = 0;
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(std::make_unique<CountingStream>(std::move(pipe.first), writes));
  ASSERT_TRUE(sender.SendAll(testing::SampleMessages(), In(seconds(10))).ok());
  EXPECT_EQ(writes, 1);
  ASSERT_TRUE(sender
                  .SendAll(std::vector<Message>(10, LogChunk{std::string(1000, 'x'), false}),
                           In(seconds(10)))
                  .ok());
  EXPECT_EQ(writes, 2);
  ASSERT_TRUE(sender.SendAll({}, In(seconds(10))).ok());
  EXPECT_EQ(writes, 2);
}

TEST(ChannelTest, CutsLargeTrainsIntoPieces) {
  int writes = 0;
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(std::make_unique<CountingStream>(std::move(pipe.first), writes));
  const std::vector<Message> train(8, Data{0, false, std::string(40000, 'x')});
  ASSERT_TRUE(sender.SendAll(train, In(seconds(10))).ok());
  EXPECT_EQ(writes, 4);
}

TEST(ChannelTest, StaysUsableAfterADeadline) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel receiver(std::move(pipe.first));
  std::string bytes;
  AppendFrame(TypeOf(Ping{}), *EncodeMessage(Ping{77}), kNeverCompress, bytes);
  ASSERT_TRUE(pipe.second->Write(bytes.substr(0, 5), In(seconds(10))).ok());
  EXPECT_EQ(receiver.Receive(In(std::chrono::milliseconds(1))).status().code(),
            Code::kDeadlineExceeded);
  ASSERT_TRUE(pipe.second->Write(bytes.substr(5), In(seconds(10))).ok());
  const auto received = receiver.Receive(In(seconds(10)));
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_EQ(*received, Message(Ping{77}));
}

TEST(ChannelTest, SkipsTypesItDoesNotKnow) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel receiver(std::move(pipe.first));
  std::string bytes;
  AppendFrame(60000, "from a newer peer", kNeverCompress, bytes);
  AppendFrame(TypeOf(Pong{}), *EncodeMessage(Pong{5}), kNeverCompress, bytes);
  ASSERT_TRUE(pipe.second->Write(bytes, In(seconds(10))).ok());
  EXPECT_EQ(*receiver.Receive(In(seconds(10))), Message(Pong{5}));
}

TEST(ChannelTest, SaysUnavailableAtTheEndOfTheStream) {
  EXPECT_EQ(ReceiveRaw("").code(), Code::kUnavailable);
  EXPECT_EQ(ReceiveRaw(std::string("\x09\x00\x00\x00\x00", 5)).code(), Code::kUnavailable);
}

TEST(ChannelTest, SaysDataLossForMalformedOversizedOrInvalidMessages) {
  std::string malformed, oversized, invalid;
  AppendFrame(TypeOf(Ping{}), "\x80", kNeverCompress, malformed);
  AppendFrame(TypeOf(Data{}), std::string(5000, 'x'), kNeverCompress, oversized);
  AppendFrame(TypeOf(BatchEnd{}), std::string(1, '\0'), kNeverCompress, invalid);
  EXPECT_EQ(ReceiveRaw(malformed).code(), Code::kDataLoss);
  EXPECT_EQ(ReceiveRaw(oversized, {.max_frame = 4096}).code(), Code::kDataLoss);
  EXPECT_EQ(ReceiveRaw(invalid).code(), Code::kDataLoss);
}

TEST(ChannelTest, WillNotSendWhatThePeerMustRefuse) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(std::move(pipe.first), {.max_frame = 4096, .max_message = 8192});
  EXPECT_EQ(sender.Send(Data{0, false, std::string(5000, 'x')}, In(seconds(10))).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(sender.Send(LogChunk{std::string(9000, 'x'), false}, In(seconds(10))).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(sender.Send(BatchEnd{0}, In(seconds(10))).code(), Code::kInvalidArgument);
  EXPECT_EQ(sender.bytes_sent(), 0U);
  EXPECT_TRUE(sender.Send(Ping{1}, In(seconds(10))).ok());
}

TEST(ChannelTest, SendsWhatComesBeforeAMessageThatCannotBeSent) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(std::move(pipe.first));
  const Status sent = sender.SendAll({Ping{1}, BatchEnd{0}, Ping{2}}, In(seconds(10)));
  EXPECT_EQ(sent.code(), Code::kInvalidArgument);
  EXPECT_NE(sent.message().find("type 51"), std::string::npos) << sent;
  ASSERT_TRUE(sender.Send(Ping{3}, In(seconds(10))).ok());
  Channel receiver(std::move(pipe.second));
  EXPECT_EQ(*receiver.Receive(In(seconds(10))), Message(Ping{1}));
  EXPECT_EQ(*receiver.Receive(In(seconds(10))), Message(Ping{3}));
}

TEST(ChannelTest, SendsNothingAfterAWriteThatBroke) {
  auto pipe = MakeMemoryPipe(kRoomy);
  Channel sender(MakeFlakyStream(std::move(pipe.first), {.cut_after = 12}));
  EXPECT_TRUE(sender.Send(Ping{1}, In(seconds(10))).ok());
  EXPECT_FALSE(sender.Send(Ping{2}, In(seconds(10))).ok());
  EXPECT_FALSE(sender.Send(Ping{3}, In(seconds(10))).ok());
  Channel receiver(std::move(pipe.second));
  EXPECT_EQ(*receiver.Receive(In(seconds(10))), Message(Ping{1}));
  EXPECT_EQ(receiver.Receive(In(seconds(10))).status().code(), Code::kUnavailable);
}

TEST(ChannelTest, NeverTearsMessagesOfSeveralThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 200;
  auto pipe = MakeMemoryPipe(4096);
  Channel sender(std::move(pipe.first));
  Channel receiver(std::move(pipe.second));
  std::vector<std::jthread> threads;
  for (uint32_t id = 0; id < kThreads; ++id) {
    threads.emplace_back([&sender, id] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_TRUE(sender
                        .Send(Data{id, false, std::string(100 + i, static_cast<char>('a' + id))},
                              In(seconds(30)))
                        .ok());
      }
    });
  }
  std::vector<int> next(kThreads, 0);
  for (int i = 0; i < kThreads * kEach; ++i) {
    const auto received = receiver.Receive(In(seconds(30)));
    ASSERT_TRUE(received.ok()) << received.status();
    const auto& data = std::get<Data>(*received);
    EXPECT_EQ(data.bytes,
              std::string(100 + next[data.change]++, static_cast<char>('a' + data.change)));
  }
}

TEST(ChannelTest, CloseWakesTheReceiver) {
  auto pipe = MakeMemoryPipe(4096);
  Channel receiver(std::move(pipe.first));
  std::jthread closer([&] { receiver.Close(); });
  EXPECT_FALSE(receiver.Receive(In(seconds(30))).ok());
}

}  // namespace
}  // namespace hawser::wire
