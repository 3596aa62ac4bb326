// Ports of a pod that lead back: the command line's forwarder, a real agent process, real sockets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "lib/base/digest.h"
#include "lib/net/socket.h"
#include "local-cli/forward/reverse_forwarder.h"
#include "tests/integration/agent_pod.h"

namespace hawser::testing {
namespace {

using cli::Event;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr Duration kLong = seconds(30);

/// Dials the one pod.
class PodDialer final : public cli::AgentDialer {
 public:
  explicit PodDialer(const AgentPod& pod) : pod_(pod) {}
  Result<cli::DialedAgent> Dial(const std::string&, Deadline, const std::stop_token&) override {
    HAWSER_ASSIGN_OR_RETURN(auto stream, pod_.Dial());
    return cli::DialedAgent(std::make_unique<wire::Channel>(std::move(stream)));
  }
  void ForgetKeys() override {}

 private:
  const AgentPod& pod_;
};

/// Everything until the peer ends; a failure's text when it breaks.
std::string ReadToEnd(net::ByteStream& stream) {
  std::string all;
  std::vector<char> buffer(64U << 10);
  while (true) {
    const Result<size_t> count = stream.Read(buffer, In(kLong));
    if (!count.ok()) return "broken: " + count.status().ToString();
    if (*count == 0) return all;
    all.append(buffer.data(), *count);
  }
}

/// A server of this machine that answers, once its client has ended its direction, with the digest
/// of what it got and as many bytes more.
class DigestServer {
 public:
  DigestServer() : bound_(net::ListenTcp("127.0.0.1", 0).value()), thread_([this] { Run(); }) {}
  ~DigestServer() {
    bound_.listener->Close();
    thread_.join();
  }
  uint16_t port() const { return bound_.port; }

 private:
  void Run() {
    std::vector<std::jthread> clients;
    while (true) {
      auto stream = bound_.listener->Accept(kNoDeadline);
      if (!stream.ok()) return;
      clients.emplace_back([client = std::shared_ptr<net::ByteStream>(*std::move(stream))] {
        const std::string got = ReadToEnd(*client);
        (void)client->Write(Sha256(got).ToHex() + got, In(kLong));
        client->EndWrite();
      });
    }
  }

  net::TcpListener bound_;
  std::jthread thread_;
};

uint16_t FreePort() {
  return net::ListenTcp("127.0.0.1", 0).value().port;
}

class ReverseTest : public ::testing::Test {
 protected:
  void SetUp() override { pod_.StartAgent(); }
  void TearDown() override { Stop(); }

  void Forward(uint16_t local) {
    devsession::DevSession session{.name = "api", .ns = "team"};
    forwarder_ = std::make_unique<cli::ReverseForwarder>(
        cli::ReverseParts{
            .dialer = dialer_, .clock = clock_, .show = [this](const Event& event) { See(event); }},
        cli::ReverseMachineOptions{.requests = {{.remote = remote_, .local = local}},
                                   .tell_connections = true,
                                   .session = session});
    forwarder_->Tell(cli::PodsSeen{{{.name = "api-1", .uid = "u1", .agent_running = true}}});
    runner_ = std::jthread([this](const std::stop_token& stop) {
      status_ = forwarder_->Run(stop);
      over_ = true;
    });
  }
  void Stop() {
    runner_ = {};
    forwarder_.reset();
  }

  void See(const Event& event) {
    const std::lock_guard lock(mutex_);
    if (std::holds_alternative<cli::PortReversed>(event)) ++listening_;
    if (const auto* warning = std::get_if<cli::Warning>(&event)) warnings_ += warning->text + "\n";
  }
  bool Listening(int times) {
    return Eventually([&] {
      const std::lock_guard lock(mutex_);
      return listening_ >= times;
    });
  }

  /// What the app gets when it sends `question` and ends its direction.
  std::string Ask(const std::string& question) const {
    auto stream = net::DialTcp("127.0.0.1", remote_, In(kLong));
    if (!stream.ok()) return "not reached: " + stream.status().ToString();
    if (!(*stream)->Write(question, In(kLong)).ok()) return "not written";
    (*stream)->EndWrite();
    return ReadToEnd(**stream);
  }

  AgentPod pod_;
  PodDialer dialer_{pod_};
  const SystemClock clock_{};
  const uint16_t remote_ = FreePort();
  std::mutex mutex_;
  int listening_ = 0;
  std::string warnings_;
  Status status_;
  std::atomic<bool> over_ = false;
  std::unique_ptr<cli::ReverseForwarder> forwarder_;
  std::jthread runner_;
};

TEST_F(ReverseTest, CarriesManyAtOnceBothWaysWithTheirEnds) {
  const DigestServer server;
  Forward(server.port());
  ASSERT_TRUE(Listening(1)) << pod_.AgentLog();
  std::atomic<int> right = 0;
  std::vector<std::jthread> apps;
  for (int i = 0; i < 12; ++i) {
    apps.emplace_back([&, i] {
      const std::string question(size_t{200'000} * i + 1, static_cast<char>('a' + i));
      if (Ask(question) == Sha256(question).ToHex() + question) ++right;
    });
  }
  apps.clear();
  EXPECT_EQ(right, 12) << warnings_ << pod_.AgentLog();
  EXPECT_EQ(warnings_, "");
}

TEST_F(ReverseTest, ResetsTheAppAtOnceWhenNothingAnswersHere) {
  const uint16_t nobody = FreePort();
  Forward(nobody);
  ASSERT_TRUE(Listening(1)) << pod_.AgentLog();
  const auto began = std::chrono::steady_clock::now();
  // The reset may come as early as while the app still connects.
  EXPECT_THAT(Ask("x"), ::testing::AnyOf(HasSubstr("broken"), HasSubstr("not written"),
                                         HasSubstr("Connection reset by peer")));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(8)) << "it waited for its deadline";
  EXPECT_TRUE(Eventually([&] {
    const std::lock_guard lock(mutex_);
    return warnings_.find("localhost:" + std::to_string(nobody)) != std::string::npos;
  })) << warnings_;
}

TEST_F(ReverseTest, ListensAnewWhenTheAgentIsReplaced) {
  const DigestServer server;
  Forward(server.port());
  ASSERT_TRUE(Listening(1)) << pod_.AgentLog();
  pod_.KillAgent();
  pod_.StartAgent();
  ASSERT_TRUE(Listening(2)) << pod_.AgentLog();
  EXPECT_EQ(Ask("again"), Sha256("again").ToHex() + "again");
}

TEST_F(ReverseTest, ThePortGoesWithTheClient) {
  const DigestServer server;
  Forward(server.port());
  ASSERT_TRUE(Listening(1)) << pod_.AgentLog();
  Stop();
  EXPECT_EQ(status_, OkStatus());
  EXPECT_TRUE(Eventually([&] { return Ask("x").starts_with("not reached"); }));
}

TEST_F(ReverseTest, EndsWithAClearErrorWhenThePodsPortIsTaken) {
  const auto taken = net::ListenTcp("127.0.0.1", remote_);
  ASSERT_TRUE(taken.ok()) << taken.status();
  Forward(1);
  EXPECT_TRUE(Eventually([&] { return over_.load(); }));
  EXPECT_THAT(status_.message(), HasSubstr("port " + std::to_string(remote_) +
                                           " of the pod is taken by a program in it"));
}

TEST_F(ReverseTest, AConnectionThatIsCutHereIsResetThere) {
  auto here = net::ListenTcp("127.0.0.1", 0).value();
  Forward(here.port);
  ASSERT_TRUE(Listening(1)) << pod_.AgentLog();
  auto app = net::DialTcp("127.0.0.1", remote_, In(kLong)).value();
  auto server = here.listener->Accept(In(kLong)).value();
  ASSERT_TRUE(server->Write("half an ans", In(kLong)).ok());
  char piece[11];
  ASSERT_TRUE(app->Read(piece, In(kLong)).ok());
  server->Abort();
  EXPECT_THAT(ReadToEnd(*app), HasSubstr("broken"));
}

}  // namespace
}  // namespace hawser::testing
