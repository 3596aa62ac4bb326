// A link against a scripted agent at the other end of a memory pipe.
#include "local-cli/loop/pod_link.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "tests/local-cli/loop/pipe_dialer.h"
#include "tests/support/temp_dir.h"

namespace hawser::cli {
namespace {

using std::chrono::seconds;

const Duration kPatience = seconds(20);

/// Dials until it is stopped.
class HangingDialer final : public AgentDialer {
 public:
  explicit HangingDialer(BoundedQueue<std::string>& dialling) : dialling_(dialling) {}
  Result<cli::DialedAgent> Dial(const std::string& pod, Deadline,
                                const std::stop_token& stop) override {
    dialling_.Push(pod);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
    return CancelledError("stopped");
  }
  void ForgetKeys() override {}

 private:
  BoundedQueue<std::string>& dialling_;
};

class PodLinkTest : public ::testing::Test {
 protected:
  PodLinkTest() {
    const Digest digest = Sha256("hello\n");
    auto snapshot = std::make_shared<sync::Snapshot>();
    dir_.Write("a.txt", "hello\n");
    snapshot->id = 1;
    snapshot->tree = {{"/app", {.kind = wire::EntryKind::kDirectory, .mode = 0755}},
                      {"/app/a.txt", {.size = 6, .digest = digest}}};
    const std::map<std::string, std::string> sources = {{"/app/a.txt", "a.txt"}};
    snapshot->sources =
        sync::Sources(nullptr, std::make_shared<const sync::Sources::Exceptions>(sources));
    snapshot->digest = snapshot->tree.digest();
    snapshot_ = snapshot;
    parts_.sender.configure.roots = {{.path = "/app"}};
  }

  PodLink MakeLink() {
    return PodLink("pod", parts_, [this](LinkNews news) { news_.Push(std::move(news)); });
  }

  /// Waits for a message of that type; the test fails without one.
  template <typename Kind>
  static Kind Expect(wire::Channel& agent) {
    while (true) {
      Result<wire::Message> message = agent.Receive(In(kPatience));
      if (!message.ok()) {
        ADD_FAILURE() << message.status();
        return {};
      }
      if (const auto* found = std::get_if<Kind>(&*message)) return *found;
    }
  }

  /// Waits for news of that type, passing over others.
  template <typename Kind>
  std::optional<Kind> AwaitNews() {
    const Deadline deadline = In(kPatience);
    while (std::optional<LinkNews> news = news_.Pop(deadline)) {
      if (auto* found = std::get_if<Kind>(&*news)) return std::move(*found);
    }
    return std::nullopt;
  }

  /// Greets a link as an agent that never confirmed anything.
  static void Welcome(wire::Channel& agent) {
    Expect<wire::Hello>(agent);
    ASSERT_TRUE(agent.Send(wire::Welcome{.agent_version = "1", .pod = "pod"}, In(kPatience)).ok());
  }

  const testing::TempDir dir_;
  const SystemClock clock_;
  testing::PipeDialer dialer_;
  sync::SendingContent content_{dir_.path()};
  LinkParts parts_{.dialer = dialer_,
                   .content = content_,
                   .clock = clock_,
                   .hello = MakeHello(wire::Role::kPush, {.ns = "dev", .name = "api"})};
  BoundedQueue<LinkNews> news_{256};
  sync::SnapshotPtr snapshot_;
};

TEST_F(PodLinkTest, GreetsAsThePusherOfTheSession) {
  PodLink link = MakeLink();
  const auto agent = dialer_.Accept();
  ASSERT_NE(agent, nullptr);
  const auto hello = Expect<wire::Hello>(*agent);
  EXPECT_EQ(hello.role, wire::Role::kPush);
  EXPECT_EQ(hello.session, "dev/api");
}

TEST_F(PodLinkTest, PushesASnapshotAndReportsItConfirmed) {
  PodLink link = MakeLink();
  link.Publish(snapshot_);
  const auto agent = dialer_.Accept();
  ASSERT_NE(agent, nullptr);
  Welcome(*agent);
  const auto begin = Expect<wire::BatchBegin>(*agent);
  EXPECT_EQ(begin.number, 1U);
  EXPECT_EQ(begin.result_tree, snapshot_->digest);
  Expect<wire::BatchEnd>(*agent);
  ASSERT_TRUE(
      agent->Send(wire::BatchResult{.number = 1, .tree = snapshot_->digest}, In(kPatience)).ok());
  const auto report = AwaitNews<sync::Report>();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->report.result.number, 1U);
  const auto same = AwaitNews<LinkInSync>();
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->snapshot, snapshot_);
}

TEST_F(PodLinkTest, AsksAPodThatHoldsTheSnapshotForNothing) {
  PodLink link = MakeLink();
  link.Publish(snapshot_);
  const auto agent = dialer_.Accept();
  ASSERT_NE(agent, nullptr);
  Expect<wire::Hello>(*agent);
  ASSERT_TRUE(
      agent
          ->Send(
              wire::Welcome{
                  .agent_version = "1", .pod = "pod", .tree = snapshot_->digest, .last_batch = 1},
              In(kPatience))
          .ok());
  EXPECT_TRUE(AwaitNews<LinkInSync>().has_value());
  link.Stop();
  while (true) {
    const Result<wire::Message> message = agent->Receive(In(kPatience));
    if (!message.ok()) break;
    EXPECT_FALSE(std::holds_alternative<wire::TreeRequest>(*message));
  }
}

TEST_F(PodLinkTest, ConnectsAgainAndSendsTheBatchThatWasCutOff) {
  PodLink link = MakeLink();
  link.Publish(snapshot_);
  const auto first = dialer_.Accept();
  ASSERT_NE(first, nullptr);
  Welcome(*first);
  Expect<wire::BatchBegin>(*first);
  first->Close();
  ASSERT_TRUE(AwaitNews<LinkDown>().has_value());
  const auto second = dialer_.Accept();
  ASSERT_NE(second, nullptr);
  Welcome(*second);
  EXPECT_EQ(Expect<wire::BatchBegin>(*second).number, 1U);
}

TEST_F(PodLinkTest, StopsWhileConnectedWithoutWaitingForTheAgent) {
  const auto link = std::make_unique<PodLink>("pod", parts_, [](LinkNews) {});
  const auto agent = dialer_.Accept();
  ASSERT_NE(agent, nullptr);
  Welcome(*agent);
  link->Stop();
  EXPECT_FALSE(agent->Receive(In(kPatience)).ok());
}

TEST_F(PodLinkTest, StopsWhileItsChannelFails) {
  // Stop and the failure race; each order must end, whichever the link hears of first.
  for (int i = 0; i < 200; ++i) {
    const auto link = std::make_unique<PodLink>("pod", parts_, [](LinkNews) {});
    const auto agent = dialer_.Accept();
    ASSERT_NE(agent, nullptr);
    Welcome(*agent);
    const std::jthread failing([&] { agent->Close(); });
    link->Stop();
  }
}

TEST_F(PodLinkTest, StopsADialUnderWayAtOnceAndSaysNothing) {
  BoundedQueue<std::string> dialling(4);
  HangingDialer dialer(dialling);
  const LinkParts parts{.dialer = dialer,
                        .content = content_,
                        .clock = clock_,
                        .hello = parts_.hello,
                        .sender = parts_.sender};
  {
    const PodLink link("pod", parts, [this](LinkNews news) { news_.Push(std::move(news)); });
    ASSERT_EQ(dialling.Pop(In(kPatience)), "pod");
  }
  EXPECT_FALSE(news_.Pop(clock_.Now()).has_value());
}

}  // namespace
}  // namespace hawser::cli
