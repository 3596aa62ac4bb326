// Forwarding over loopback: real sockets on this side, pods that follow a script on the other.
#include "local-cli/forward/forwarder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "lib/base/digest.h"
#include "tests/support/byte_stream_contract.h"
#include "tests/support/memory_pipe.h"

namespace hawser::cli {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::ReadExactly;

/// Pods whose ports answer with the pod's name and then whatever is sent. As with a port-forward, a
/// stream ends as a whole.
class FakePods final : public PodTunnel {
 public:
  ~FakePods() override {
    const std::lock_guard lock(mutex_);
    for (auto& [pod, streams] : open_) {
      for (const auto& stream : streams) stream->Close();
    }
  }

  Result<std::unique_ptr<net::ByteStream>> Open(const kube::ObjectKey& pod, uint16_t port, Deadline,
                                                const std::stop_token&) override {
    const std::lock_guard lock(mutex_);
    if (gone_.contains(pod.name)) return NotFoundError("pod " + pod.name + " is gone");
    testing::StreamPair pair = testing::MakeMemoryPipe();
    const std::shared_ptr<net::ByteStream> app = std::move(pair.second);
    open_[pod.name].push_back(app);
    threads_.emplace_back([app, greeting = pod.name + ":" + std::to_string(port) + "\n"] {
      std::string piece(1 << 16, '\0');
      if (!app->Write(greeting, In(seconds(30))).ok()) return;
      while (true) {
        const size_t count = app->Read(piece, In(seconds(30))).value_or(0);
        if (count == 0 || !app->Write({piece.data(), count}, In(seconds(30))).ok()) return;
      }
    });
    return std::move(pair.first);
  }

  /// Ends the pod's streams; no new one opens.
  void Kill(const std::string& pod) {
    const std::lock_guard lock(mutex_);
    gone_.insert(pod);
    for (const auto& stream : open_[pod]) stream->Close();
  }

 private:
  std::mutex mutex_;
  std::set<std::string> gone_;
  std::map<std::string, std::vector<std::shared_ptr<net::ByteStream>>> open_;
  std::vector<std::jthread> threads_;
};

PodView ReadyPod(const std::string& name) {
  return {.name = name, .uid = "uid-" + name, .agent_running = true, .ready = true};
}

class ForwarderTest : public ::testing::Test {
 protected:
  ForwarderTest() {
    devsession::DevSession session{.name = "dev", .ns = "team"};
    session.spec.ports = {{.name = "http", .container = 80}};
    forwarder_ = std::make_unique<Forwarder>(
        ForwardParts{.tunnel = pods_,
                     .clock = clock_,
                     .local = {.addresses = {"127.0.0.1"}},
                     .show = [this](const Event& event) { Take(event); }},
        ForwardMachineOptions{.requests = {{.local = 0, .name = "http"}},
                              .tell_connections = true,
                              .session = session});
    thread_ =
        std::jthread([this](const std::stop_token& stop) { status_ = forwarder_->Run(stop); });
  }

  /// Before anything that the thread uses goes.
  ~ForwarderTest() override {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }

  void See(const std::vector<std::string>& names) {
    PodsSeen seen;
    for (const std::string& name : names) seen.pods.push_back(ReadyPod(name));
    forwarder_->Tell(seen);
  }

  uint16_t Port() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(20), [this] { return port_ != 0; });
    return port_;
  }
  std::unique_ptr<net::ByteStream> Connect() {
    return *net::DialTcp("127.0.0.1", Port(), In(seconds(20)));
  }
  /// Waits for a warning.
  std::string Warned() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(20), [this] { return !warning_.empty(); });
    return warning_;
  }

  /// Waits for the end of a connection.
  std::optional<ConnectionClosed> Closed() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, seconds(20), [this] { return closed_.has_value(); });
    return closed_;
  }

  FakePods pods_;
  std::unique_ptr<Forwarder> forwarder_;
  Status status_;
  std::jthread thread_;

 private:
  void Take(const Event& event) {
    const std::lock_guard lock(mutex_);
    if (const auto* open = std::get_if<PortForwarded>(&event)) port_ = open->local;
    if (const auto* warning = std::get_if<Warning>(&event)) warning_ = warning->text;
    if (const auto* closed = std::get_if<ConnectionClosed>(&event)) closed_ = *closed;
    changed_.notify_all();
  }

  const SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  uint16_t port_ = 0;
  std::string warning_;
  std::optional<ConnectionClosed> closed_;
};

TEST_F(ForwarderTest, CarriesManyConnectionsAtOnce) {
  See({"a", "b"});
  std::vector<std::jthread> clients;
  std::atomic<int> right = 0;
  for (int i = 0; i < 24; ++i) {
    clients.emplace_back([&, i] {
      const auto client = Connect();
      const std::string pod = ReadExactly(*client, 5);
      std::string sent;
      for (int j = 0; j < 200'000; ++j) sent += static_cast<char>((i + 1) * j % 251);
      const std::jthread writer([&] { EXPECT_TRUE(client->Write(sent, In(seconds(30))).ok()); });
      if (Sha256(ReadExactly(*client, sent.size())) == Sha256(sent) && pod.ends_with(":80\n")) {
        ++right;
      }
    });
  }
  clients.clear();
  EXPECT_EQ(right, 24);
}

TEST_F(ForwarderTest, AConnectionWaitsForItsPod) {
  const auto client = Connect();
  See({"late"});
  EXPECT_EQ(ReadExactly(*client, 8), "late:80\n");
}

TEST_F(ForwarderTest, APodThatGoesClosesItsOwnConnectionsOnly) {
  See({"a", "b"});
  const auto first = Connect();
  EXPECT_EQ(ReadExactly(*first, 5), "a:80\n");
  const auto second = Connect();
  EXPECT_EQ(ReadExactly(*second, 5), "b:80\n");
  pods_.Kill("a");
  char byte;
  EXPECT_EQ(first->Read({&byte, 1}, In(seconds(20))).value_or(0), 0U);
  const auto third = Connect();
  EXPECT_EQ(ReadExactly(*third, 5), "b:80\n") << "before anybody saw that a is gone";
  See({"b", "c"});
  const auto fourth = Connect();
  EXPECT_EQ(ReadExactly(*fourth, 5), "c:80\n");
  ASSERT_TRUE(second->Write("still there", In(seconds(20))).ok());
  EXPECT_EQ(ReadExactly(*second, 11), "still there");
}

TEST_F(ForwarderTest, TheHalfOpenConnectionThatGivesWayTellsWhatItCarried) {
  See({"a"});
  std::vector<std::unique_ptr<net::ByteStream>> clients;
  for (size_t i = 0; i <= ForwardMachine::kMaxHalfOpen; ++i) {
    clients.push_back(Connect());
    EXPECT_EQ(ReadExactly(*clients.back(), 5), "a:80\n");
    clients.back()->EndWrite();
  }
  char byte;
  EXPECT_EQ(clients[0]->Read({&byte, 1}, In(seconds(20))).value_or(0), 0U);
  ASSERT_TRUE(Closed().has_value());
  EXPECT_EQ(Closed()->connection, 1U);
  EXPECT_EQ(Closed()->down, 5U);
}

TEST_F(ForwarderTest, StopsWithConnectionsOpenAndWaiting) {
  const auto waiting = Connect();
  See({"a"});
  const auto open = Connect();
  ReadExactly(*open, 5);
  thread_.request_stop();
  thread_.join();
  EXPECT_EQ(status_, OkStatus());
  forwarder_.reset();
  char byte;
  EXPECT_EQ(open->Read({&byte, 1}, In(seconds(20))).value_or(0), 0U);
}

TEST_F(ForwarderTest, EndsWithItsSession) {
  Port();
  forwarder_->Tell(SessionGone{});
  thread_.join();
  EXPECT_EQ(status_.code(), Code::kNotFound);
}

}  // namespace
}  // namespace hawser::cli
