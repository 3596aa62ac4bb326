// Dialling with a session's keys by two ways that do as the test says.
#include "local-cli/cluster/session_dialer.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "lib/base/base64.h"
#include "lib/net/certificate.h"
#include "tests/support/fake_clock.h"
#include "tests/support/kube/fake_kube_api.h"
#include "tests/support/memory_pipe.h"

namespace hawser::cli {
namespace {

using Stream = Result<std::unique_ptr<net::ByteStream>>;
using Behaviour = std::function<Stream(const std::stop_token&)>;

constexpr Duration kDialTestPatience = std::chrono::seconds(30);

net::SessionKeys NewKeys(const std::string& session) {
  return *net::MakeSessionKeys(session, SystemClock().WallNow(), std::chrono::hours(1));
}

/// Agents that shake hands and then wait for the end. Any thread.
class Agents {
 public:
  /// A connection to one with these keys.
  Stream Connect(const net::SessionKeys& keys) {
    testing::StreamPair pipe = testing::MakeMemoryPipe();
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([keys, stream = std::move(pipe.second)]() mutable {
      const auto context = net::MakeTlsServerContext(
          {.ca = keys.ca, .certificate = keys.agent_cert, .key = keys.agent_key});
      auto secured = net::TlsAccept(std::move(stream), *context, In(kDialTestPatience));
      char byte = 0;
      if (secured.ok()) (void)(*secured)->Read({&byte, 1}, In(kDialTestPatience));
    });
    return std::move(pipe.first);
  }

 private:
  std::mutex mutex_;
  std::list<std::jthread> threads_;
};

/// Answers nothing until it is cancelled.
Stream Swallow(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, stop, [] { return false; });
  return CancelledError("stopped");
}

class FakeTunnel final : public PodTunnel {
 public:
  Stream Open(const kube::ObjectKey&, uint16_t, Deadline, const std::stop_token& stop) override {
    ++opened;
    return behaviour(stop);
  }
  Behaviour behaviour;
  std::atomic<int> opened = 0;
};

class FakeDirectPath final : public DirectPath {
 public:
  Stream Open(const std::string& to, uint16_t, Deadline, const std::stop_token& stop) override {
    ++opened;
    address = to;
    return behaviour(stop);
  }
  Behaviour behaviour;
  std::string address;
  std::atomic<int> opened = 0;
};

class SessionDialerTest : public ::testing::Test {
 protected:
  SessionDialerTest() {
    EXPECT_TRUE(api_.Create(kube::resources::kSecrets, "team",
                            {{"apiVersion", "v1"},
                             {"kind", "Secret"},
                             {"metadata", {{"name", "hawser-api"}}},
                             {"data",
                              {{"ca.crt", EncodeBase64(keys_.ca)},
                               {"client.crt", EncodeBase64(keys_.client_cert)},
                               {"client.key", EncodeBase64(keys_.client_key)}}}})
                    .ok());
    tunnel_.behaviour = [this](const auto&) { return agents_.Connect(keys_); };
    direct_.behaviour = [this](const auto&) { return agents_.Connect(keys_); };
    dialer_.Learn({{.name = "api-1", .direct_address = "10.0.0.7"}, {.name = "old"}});
  }

  Result<DialedAgent> Dial(const std::string& pod = "api-1") {
    return dialer_.Dial(pod, In(kDialTestPatience), {});
  }

  const net::SessionKeys keys_ = NewKeys("team/api");
  const testing::FakeClock clock_;
  testing::FakeKubeApi api_{clock_};
  Agents agents_;
  FakeTunnel tunnel_;
  FakeDirectPath direct_;
  SessionDialer dialer_{api_, {.tunnel = tunnel_, .direct = &direct_}, {"team", "api"}};
};

TEST_F(SessionDialerTest, GoesStraightToAPodThatIsReached) {
  const Result<DialedAgent> agent = Dial();
  ASSERT_TRUE(agent.ok()) << agent.status();
  EXPECT_TRUE(agent->direct);
  EXPECT_EQ(direct_.address, "10.0.0.7");
}

TEST_F(SessionDialerTest, GoesThroughTheApiServerWherePodsSwallowAndThenDoesNotAskAgain) {
  direct_.behaviour = Swallow;
  for (int dial = 0; dial < 2; ++dial) {
    const Result<DialedAgent> agent = Dial();
    ASSERT_TRUE(agent.ok()) << agent.status();
    EXPECT_FALSE(agent->direct);
  }
  EXPECT_EQ(direct_.opened, 1);
  EXPECT_EQ(tunnel_.opened, 2);
}

TEST_F(SessionDialerTest, TrustsNobodyElseWhoHasThePodsAddress) {
  const net::SessionKeys theirs = NewKeys("team/api");
  direct_.behaviour = [&](const auto&) { return agents_.Connect(theirs); };
  const Result<DialedAgent> agent = Dial();
  ASSERT_TRUE(agent.ok()) << agent.status();
  EXPECT_FALSE(agent->direct);
}

TEST_F(SessionDialerTest, AsksNoAddressOfAnAgentThatDoesNotListenThere) {
  EXPECT_FALSE(Dial("old").value().direct);
  EXPECT_FALSE(Dial("unknown").value().direct);
  EXPECT_EQ(direct_.opened, 0);
}

TEST_F(SessionDialerTest, SaysWhyTheApiServerRefusedWhenBothFailAndTriesBothAgain) {
  direct_.behaviour = [](const auto&) -> Stream { return UnavailableError("refused"); };
  tunnel_.behaviour = [](const auto&) -> Stream { return PermissionDeniedError("no right"); };
  for (int dial = 0; dial < 2; ++dial) EXPECT_EQ(Dial().status().code(), Code::kPermissionDenied);
  EXPECT_EQ(direct_.opened, 2) << "the pod may only just be starting";
}

TEST_F(SessionDialerTest, TakesTheApiServerAfterADirectConnectionBroke) {
  Result<DialedAgent> first = Dial();
  ASSERT_TRUE(first.ok() && first->direct);
  ASSERT_TRUE(first->channel->Send(wire::Ping{1}, In(kDialTestPatience)).ok());
  // The agent's thread ends at the first byte, without a word.
  EXPECT_FALSE(first->channel->Receive(In(kDialTestPatience)).ok());
  while (first->channel->Send(wire::Ping{1}, In(kDialTestPatience)).ok()) {
  }
  EXPECT_FALSE(Dial().value().direct);
}

TEST_F(SessionDialerTest, EndsWhenStopIsAsked) {
  direct_.behaviour = tunnel_.behaviour = Swallow;
  std::stop_source stop;
  const std::jthread asks([&] { stop.request_stop(); });
  EXPECT_EQ(dialer_.Dial("api-1", In(kDialTestPatience), stop.get_token()).status().code(),
            Code::kCancelled);
}

}  // namespace
}  // namespace hawser::cli
