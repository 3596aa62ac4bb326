// Reversed ports on made-up listeners and streams: who is told, what is carried, and what is reset.
#include "agent/serve/reverse_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <thread>

#include "lib/base/bounded_queue.h"
#include "lib/wire/carried_stream.h"
#include "tests/support/memory_pipe.h"

namespace hawser::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr PeerId kAnn = 1;
constexpr PeerId kBob = 2;
constexpr uint16_t kReversed = 5432;
constexpr Duration kSoon = seconds(20);

using Arrivals = BoundedQueue<std::unique_ptr<net::ByteStream>>;

/// A listener whose connections a test makes.
class MadeUpListener final : public net::Listener {
 public:
  explicit MadeUpListener(std::shared_ptr<Arrivals> arrivals) : arrivals_(std::move(arrivals)) {}
  Result<std::unique_ptr<net::ByteStream>> Accept(Deadline deadline) override {
    auto stream = arrivals_->Pop(deadline);
    if (stream) return *std::move(stream);
    return arrivals_->closed() ? Status(CancelledError("closed"))
                               : Status(DeadlineExceededError("nobody came"));
  }
  void Close() override { arrivals_->Close(); }

 private:
  const std::shared_ptr<Arrivals> arrivals_;
};

class ReversePortsTest : public ::testing::Test {
 protected:
  explicit ReversePortsTest(ReversePortsOptions options = {
                                .max_ports = 2, .max_connections = 3, .patience = seconds(60)}) {
    Make(options);
  }
  ~ReversePortsTest() override { ports_.reset(); }

  void Make(ReversePortsOptions options) {
    ports_ = std::make_unique<ReversePorts>(
        [this](PeerId client, wire::Message message) {
          told_.Push({client, std::move(message)});
        },
        [this](uint16_t port) -> Result<std::vector<std::unique_ptr<net::Listener>>> {
          if (port == 6000) return AlreadyExistsError("address in use");
          auto arrivals = std::make_shared<Arrivals>(64);
          listening_[port] = arrivals;
          std::vector<std::unique_ptr<net::Listener>> listeners;
          listeners.push_back(std::make_unique<MadeUpListener>(arrivals));
          return listeners;
        },
        options);
  }

  /// The app's end of a new connection.
  std::unique_ptr<net::ByteStream> Connect(uint16_t port = kReversed) {
    hawser::testing::StreamPair pipe = hawser::testing::MakeMemoryPipe();
    listening_.at(port)->Push(std::move(pipe.second));
    return std::move(pipe.first);
  }
  wire::Arrival NextArrival(PeerId client = kAnn) {
    const auto told = told_.Pop(In(kSoon));
    EXPECT_TRUE(told && told->first == client);
    if (!told || !std::holds_alternative<wire::Arrival>(told->second)) return {};
    return std::get<wire::Arrival>(told->second);
  }
  /// True when the peer ended or broke the stream.
  static bool IsOver(net::ByteStream& stream) {
    char byte = 0;
    const Result<size_t> read = stream.Read({&byte, 1}, In(kSoon));
    return read.ok() ? *read == 0 : read.status().code() != Code::kDeadlineExceeded;
  }
  static std::string ReadSome(net::ByteStream& stream) {
    char buffer[100];
    const Result<size_t> read = stream.Read(buffer, In(kSoon));
    return read.ok() ? std::string(buffer, *read) : read.status().ToString();
  }

  /// A client's stream that carries an arrival, on a thread as the server has it.
  struct Stream {
    Stream() = default;
    Stream(Stream&&) = default;
    ~Stream() {
      if (client != nullptr) client->Close();
    }
    std::shared_ptr<wire::Channel> client;
    std::jthread server;
  };
  Stream Carry(uint64_t id) {
    hawser::testing::StreamPair pipe = hawser::testing::MakeMemoryPipe();
    Stream stream;
    stream.client = std::make_shared<wire::Channel>(std::move(pipe.first));
    stream.server =
        std::jthread([this, id, channel = std::make_shared<wire::Channel>(std::move(pipe.second))] {
          ports_->Carry(id, channel);
          channel->Close();
        });
    return stream;
  }
  static std::string TroubleOf(const Stream& stream) {
    const Result<wire::Message> reply = stream.client->Receive(In(kSoon));
    if (!reply.ok()) return reply.status().ToString();
    return std::get<wire::CarryReply>(*reply).trouble;
  }

  BoundedQueue<std::pair<PeerId, wire::Message>> told_{64};
  std::map<uint16_t, std::shared_ptr<Arrivals>> listening_;
  std::unique_ptr<ReversePorts> ports_;
};

TEST_F(ReversePortsTest, CarriesBothWaysAndEndsDirectionsOneByOne) {
  EXPECT_EQ(ports_->Open(kAnn, kReversed), (wire::ListenReply{.port = kReversed}));
  const auto app = Connect();
  const wire::Arrival arrival = NextArrival();
  EXPECT_EQ(arrival.port, kReversed);
  const Stream stream = Carry(arrival.id);
  EXPECT_EQ(TroubleOf(stream), "");
  wire::CarriedStream client(stream.client);
  ASSERT_TRUE(app->Write("question", In(kSoon)).ok());
  EXPECT_EQ(ReadSome(client), "question");
  ASSERT_TRUE(client.Write("answer", In(kSoon)).ok());
  EXPECT_EQ(ReadSome(*app), "answer");
  client.EndWrite();
  EXPECT_TRUE(IsOver(*app));
}

TEST_F(ReversePortsTest, RefusesPortsItCannotHave) {
  EXPECT_THAT(ports_->Open(kAnn, 80).trouble, HasSubstr("port 80 is privileged"));
  EXPECT_THAT(ports_->Open(kAnn, 6000).trouble, HasSubstr("port 6000 of the pod is taken"));
  EXPECT_EQ(ports_->Open(kAnn, 5001).trouble, "");
  EXPECT_EQ(ports_->Open(kAnn, 5002).trouble, "");
  EXPECT_EQ(ports_->Open(kAnn, 5002).trouble, "") << "it has it already";
  EXPECT_THAT(ports_->Open(kBob, 5003).trouble, HasSubstr("listens on 2 ports already"));
}

TEST_F(ReversePortsTest, GivesAPortToTheNewestWhoAsks) {
  ports_->Open(kAnn, kReversed);
  EXPECT_EQ(ports_->Open(kBob, kReversed).trouble, "");
  const auto told = told_.Pop(In(kSoon));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->first, kAnn);
  EXPECT_THAT(std::get<wire::ListenReply>(told->second).trouble, HasSubstr("took the port over"));
  const auto app = Connect();
  EXPECT_NE(NextArrival(kBob).id, 0U);
  ports_->Forget(kAnn);
  const auto second = Connect();
  EXPECT_NE(NextArrival(kBob).id, 0U) << "it is Bob's, whatever becomes of Ann";
}

TEST_F(ReversePortsTest, ResetsWhatItsClientRefuses) {
  ports_->Open(kAnn, kReversed);
  const auto app = Connect();
  const uint64_t id = NextArrival().id;
  ports_->Refuse(kBob, id);
  ports_->Refuse(kAnn, id);
  EXPECT_TRUE(IsOver(*app));
  EXPECT_THAT(TroubleOf(Carry(id)), HasSubstr("waited too long"));
  EXPECT_THAT(TroubleOf(Carry(77)), HasSubstr("waited too long")) << "there never was such a one";
}

TEST_F(ReversePortsTest, ResetsWhatWaitsTooLong) {
  Make({.patience = milliseconds(1)});
  ports_->Open(kAnn, kReversed);
  const auto app = Connect();
  NextArrival();
  EXPECT_TRUE(IsOver(*app));
}

TEST_F(ReversePortsTest, ResetsMoreThanItCanHold) {
  ports_->Open(kAnn, kReversed);
  std::vector<std::unique_ptr<net::ByteStream>> apps;
  for (int i = 0; i < 3; ++i) {
    apps.push_back(Connect());
    NextArrival();
  }
  EXPECT_TRUE(IsOver(*Connect()));
  ports_->Refuse(kAnn, 1);
  EXPECT_TRUE(IsOver(*apps[0]));
  const auto next = Connect();
  EXPECT_NE(NextArrival().id, 0U);
}

TEST_F(ReversePortsTest, EndsAllThatItsClientHad) {
  ports_->Open(kAnn, kReversed);
  const auto carried = Connect();
  const Stream stream = Carry(NextArrival().id);
  EXPECT_EQ(TroubleOf(stream), "");
  const auto waiting = Connect();
  NextArrival();
  ports_->Forget(kAnn);
  EXPECT_TRUE(IsOver(*carried));
  EXPECT_TRUE(IsOver(*waiting));
  EXPECT_FALSE(stream.client->Receive(In(kSoon)).ok());
  EXPECT_TRUE(listening_.at(kReversed)->closed());
  EXPECT_EQ(ports_->Open(kBob, kReversed).trouble, "") << "the port is free again";
}

TEST_F(ReversePortsTest, AStreamThatIsCutResetsTheApp) {
  ports_->Open(kAnn, kReversed);
  const auto app = Connect();
  const Stream stream = Carry(NextArrival().id);
  EXPECT_EQ(TroubleOf(stream), "");
  stream.client->Close();
  EXPECT_TRUE(IsOver(*app));
}

TEST_F(ReversePortsTest, OpensNothingOnceItIsClosed) {
  ports_->Open(kAnn, kReversed);
  const auto app = Connect();
  NextArrival();
  ports_->CloseAll();
  EXPECT_TRUE(IsOver(*app));
  EXPECT_NE(ports_->Open(kAnn, 5001).trouble, "");
}

TEST(ListenOnLoopbackTest, TakesOnlyWhatIsFree) {
  const auto first = ListenOnLoopback(0);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_GE(first->size(), 1U);
}

}  // namespace
}  // namespace hawser::agent
