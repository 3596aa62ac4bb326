// The rules of forwarding, with made-up pods and connections.
#include "local-cli/forward/forward_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Actions = ForwardMachine::Actions;

constexpr TimePoint kStart{std::chrono::hours(1)};

template <typename Kind>
std::vector<Kind> Chosen(const Actions& actions) {
  std::vector<Kind> chosen;
  for (const ForwardAction& action : actions) {
    if (const auto* one = std::get_if<Kind>(&action)) chosen.push_back(*one);
  }
  return chosen;
}

template <typename Kind>
std::vector<Kind> Told(const Actions& actions) {
  std::vector<Kind> told;
  for (const Event& event : Chosen<Event>(actions)) {
    if (const auto* one = std::get_if<Kind>(&event)) told.push_back(*one);
  }
  return told;
}

PodView Ready(const std::string& name) {
  return {.name = name, .uid = "uid-" + name, .agent_running = true, .ready = true};
}

PodView Ending(const std::string& name) {
  PodView pod = Ready(name);
  pod.ending = true;
  return pod;
}

devsession::DevSession SessionWith(std::vector<devsession::Port> ports) {
  devsession::DevSession session{.name = "dev", .ns = "team"};
  session.spec.ports = std::move(ports);
  return session;
}

const devsession::Port kHttp{.name = "http", .container = 80, .local = 8080};
const devsession::Port kAdmin{.name = "admin", .container = 9090};

/// A machine whose port 1 leads to http, with `pods` there.
class ForwardMachineTest : public ::testing::Test {
 protected:
  void Make(ForwardMachineOptions options = {.tell_connections = true,
                                             .session = SessionWith({kHttp})}) {
    machine_ = std::make_unique<ForwardMachine>(std::move(options));
    begun_ = machine_->Begin(kStart);
  }
  void MakeWith(const std::vector<PodView>& pods) {
    Make();
    Step(PodsSeen{pods});
  }

  Actions Step(const ForwardInput& input, TimePoint now = kStart) {
    return machine_->Step(input, now);
  }
  Actions Accept(ConnectionId id, TimePoint now = kStart) {
    return Step(Accepted{.connection = id, .port = 1, .from = "127.0.0.1:9"}, now);
  }
  /// The pod that a new connection is led to; "" when it waits.
  std::string LedTo(ConnectionId id) {
    const auto tunnels = Chosen<OpenTunnel>(Accept(id));
    if (tunnels.empty()) return {};
    EXPECT_EQ(tunnels[0].connection, id);
    EXPECT_EQ(tunnels[0].port, 80);
    Step(TunnelOpen{id});
    return tunnels[0].pod;
  }

  std::unique_ptr<ForwardMachine> machine_;
  Actions begun_;
};

TEST_F(ForwardMachineTest, OpensThePortsThatWereAskedFor) {
  Make({.session = SessionWith({kHttp, kAdmin})});
  const auto ports = Chosen<OpenPort>(begun_);
  ASSERT_THAT(ports, SizeIs(2));
  EXPECT_EQ(ports[0].local, 8080);
  EXPECT_EQ(ports[1].local, 9090);
  const auto told = Told<PortForwarded>(
      Step(PortOpen{.port = 1, .addresses = {"127.0.0.1"}, .local = 8081, .taken_by = "nginx"}));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0], (PortForwarded{.name = "http",
                                    .addresses = {"127.0.0.1"},
                                    .local = 8081,
                                    .remote = 80,
                                    .wanted = 8080,
                                    .taken_by = "nginx"}));
}

TEST_F(ForwardMachineTest, EndsWhenThereIsNothingToForward) {
  Make({.session = SessionWith({})});
  ASSERT_THAT(Chosen<ForwardDone>(begun_), SizeIs(1));
  EXPECT_EQ(Chosen<ForwardDone>(begun_)[0].status.code(), Code::kFailedPrecondition);
}

TEST_F(ForwardMachineTest, EndsWhenAPortCannotBeHad) {
  Make();
  const auto done = Chosen<ForwardDone>(
      Step(PortRefused{.port = 1, .reason = AlreadyExistsError("local port 8080 is taken")}));
  ASSERT_THAT(done, SizeIs(1));
  EXPECT_EQ(done[0].status.message(), "http is not forwarded: local port 8080 is taken");
}

TEST_F(ForwardMachineTest, BesideAPushTroubleIsAWarning) {
  Make({.aside = true, .session = SessionWith({kHttp, kAdmin})});
  EXPECT_THAT(Chosen<OpenPort>(begun_), SizeIs(1)) << "only what has a local port";
  const Actions refused =
      Step(PortRefused{.port = 1, .reason = AlreadyExistsError("local port 8080 is taken")});
  EXPECT_THAT(Told<Warning>(refused), SizeIs(1));
  EXPECT_THAT(Chosen<ForwardDone>(refused), IsEmpty());
  Make({.aside = true, .session = SessionWith({})});
  EXPECT_THAT(begun_, IsEmpty());
}

TEST_F(ForwardMachineTest, FollowsTheSpecsPorts) {
  Make();
  Step(PortOpen{.port = 1, .addresses = {"127.0.0.1"}, .local = 8080});
  Actions actions = Step(SessionSeen{SessionWith({kHttp, kAdmin})});
  EXPECT_THAT(Chosen<OpenPort>(actions), SizeIs(1));
  EXPECT_THAT(Chosen<ClosePort>(actions), IsEmpty());
  actions = Step(SessionSeen{SessionWith({kAdmin})});
  ASSERT_THAT(Chosen<ClosePort>(actions), SizeIs(1));
  EXPECT_EQ(Chosen<ClosePort>(actions)[0].port, 1U);
  EXPECT_EQ(Told<PortClosed>(actions)[0].local, 8080);
  EXPECT_THAT(Step(SessionSeen{SessionWith({kAdmin})}), IsEmpty());
  actions = Step(PortRefused{.port = 2, .reason = AlreadyExistsError("taken")});
  EXPECT_THAT(Chosen<ForwardDone>(actions), IsEmpty()) << "not of those at the begin";
  actions = Step(SessionSeen{SessionWith({})});
  EXPECT_THAT(Told<Warning>(actions)[0].text, HasSubstr("the ports stay as they are"));
}

TEST_F(ForwardMachineTest, AnUnknownNameLaterChangesNothing) {
  Make({.requests = {{.name = "http"}}, .session = SessionWith({kHttp})});
  const Actions actions = Step(SessionSeen{SessionWith({kAdmin})});
  EXPECT_THAT(Chosen<ClosePort>(actions), IsEmpty());
  EXPECT_THAT(Told<Warning>(actions), SizeIs(1));
}

TEST_F(ForwardMachineTest, LeadsToReadyPodsByLoad) {
  PodView starting = Ready("a-starting");
  starting.ready = false;
  MakeWith({starting, Ending("b-ending"), Ready("c"), Ready("d")});
  EXPECT_EQ(LedTo(1), "c");
  EXPECT_EQ(LedTo(2), "d");
  EXPECT_EQ(LedTo(3), "c");
  Step(Ended{.connection = 1});
  Step(Ended{.connection = 3});
  EXPECT_EQ(LedTo(4), "c");
}

TEST_F(ForwardMachineTest, WaitsForAPodAndThenGivesUp) {
  MakeWith({});
  EXPECT_THAT(Accept(1), IsEmpty());
  EXPECT_THAT(Accept(2, kStart + seconds(4)), IsEmpty());
  EXPECT_EQ(machine_->WakeAt(), kStart + ForwardMachine::kPatience);
  const Actions late = machine_->OnTick(kStart + ForwardMachine::kPatience);
  ASSERT_THAT(Chosen<Drop>(late), SizeIs(1));
  EXPECT_EQ(Chosen<Drop>(late)[0].connection, 1U);
  EXPECT_THAT(Told<Warning>(late)[0].text,
              HasSubstr("a connection to http was closed: no pod was ready within 10 s"));
  const auto tunnels = Chosen<OpenTunnel>(Step(PodsSeen{{Ready("a")}}, kStart + seconds(11)));
  ASSERT_THAT(tunnels, SizeIs(1));
  EXPECT_EQ(tunnels[0].connection, 2U);
}

TEST_F(ForwardMachineTest, SaysWhyNoPodIsReady) {
  PodView stuck = Ready("api-1");
  stuck.ready = false;
  stuck.waiting = "container app is waiting: ImagePullBackOff";
  MakeWith({stuck});
  Accept(1);
  const Actions late = machine_->OnTick(kStart + ForwardMachine::kPatience);
  EXPECT_THAT(Told<Warning>(late)[0].text, HasSubstr("pod api-1: container app is waiting"));
}

TEST_F(ForwardMachineTest, TriesAnotherPodAndThenTheSameAgain) {
  MakeWith({Ready("a"), Ready("b")});
  EXPECT_EQ(Chosen<OpenTunnel>(Accept(1))[0].pod, "a");
  Actions next = Step(TunnelFailed{.connection = 1, .reason = NotFoundError("gone")});
  EXPECT_EQ(Chosen<OpenTunnel>(next)[0].pod, "b");
  next = Step(TunnelFailed{.connection = 1, .reason = UnavailableError("cut")});
  EXPECT_THAT(Chosen<OpenTunnel>(next), IsEmpty());
  EXPECT_EQ(machine_->WakeAt(), kStart + milliseconds(500));
  EXPECT_EQ(Chosen<OpenTunnel>(machine_->OnTick(machine_->WakeAt()))[0].pod, "a");
  next =
      Step(TunnelFailed{.connection = 1, .reason = UnavailableError("cut")}, kStart + seconds(9));
  EXPECT_EQ(Chosen<OpenTunnel>(next)[0].pod, "b");
  const Actions late = machine_->OnTick(kStart + seconds(10));
  EXPECT_THAT(Chosen<Drop>(late), SizeIs(1));
  EXPECT_THAT(Told<Warning>(late)[0].text, HasSubstr("no pod could be reached within 10 s: cut"));
  EXPECT_THAT(Step(TunnelOpen{1}), IsEmpty()) << "it is forgotten";
}

TEST_F(ForwardMachineTest, DoesNotTryAgainWhatIsRefused) {
  MakeWith({Ready("a"), Ready("b")});
  Accept(1);
  const Actions refused =
      Step(TunnelFailed{.connection = 1, .reason = PermissionDeniedError("you need a right")});
  EXPECT_THAT(Chosen<Drop>(refused), SizeIs(1));
  EXPECT_THAT(Told<Warning>(refused)[0].text, HasSubstr("you need a right"));
}

TEST_F(ForwardMachineTest, APodThatGoesTakesOnlyItsConnections) {
  MakeWith({Ready("a"), Ready("b")});
  EXPECT_EQ(LedTo(1), "a");
  EXPECT_EQ(LedTo(2), "b");
  EXPECT_THAT(Chosen<Drop>(Step(PodsSeen{{Ending("a"), Ready("b")}})), IsEmpty())
      << "it may finish what it has";
  EXPECT_EQ(LedTo(3), "b") << "but gets nothing new";
  const Actions gone = Step(PodsSeen{{Ready("b")}});
  ASSERT_THAT(Chosen<Drop>(gone), SizeIs(1));
  EXPECT_EQ(Chosen<Drop>(gone)[0].connection, 1U);
  EXPECT_EQ(Told<ConnectionClosed>(gone)[0].error, "the pod is gone");
  EXPECT_THAT(Step(Ended{.connection = 1}), IsEmpty());
}

TEST_F(ForwardMachineTest, BoundsConnectionsAndSaysSoOnce) {
  MakeWith({Ready("a")});
  ConnectionId id = 0;
  while (id < ForwardMachine::kMaxConnections) EXPECT_EQ(LedTo(++id), "a");
  Actions refused = Accept(++id);
  EXPECT_THAT(Chosen<Drop>(refused), SizeIs(1));
  EXPECT_THAT(Told<Warning>(refused), SizeIs(1));
  refused = Accept(++id);
  EXPECT_THAT(Chosen<Drop>(refused), SizeIs(1));
  EXPECT_THAT(Told<Warning>(refused), IsEmpty());
  Step(Ended{.connection = 1});
  EXPECT_EQ(LedTo(++id), "a");
}

TEST_F(ForwardMachineTest, TheOldestHalfOpenGivesWay) {
  MakeWith({Ready("a")});
  ConnectionId id = 0;
  for (; id < ForwardMachine::kMaxHalfOpen; Step(HalfOpen{id})) LedTo(++id);
  LedTo(++id);
  Step(Ended{.connection = 1});
  EXPECT_THAT(Chosen<Cut>(Step(HalfOpen{id})), IsEmpty()) << "1 is over already";
  LedTo(++id);
  const Actions actions = Step(HalfOpen{id});
  ASSERT_THAT(Chosen<Cut>(actions), SizeIs(1));
  EXPECT_EQ(Chosen<Cut>(actions)[0].connection, 2U);
  EXPECT_THAT(Told<ConnectionClosed>(actions), IsEmpty()) << "what it carried is not known yet";
  const Actions over = Step(Ended{.connection = 2, .result = {.up = 3, .down = 5}});
  ASSERT_THAT(Told<ConnectionClosed>(over), SizeIs(1));
  EXPECT_EQ(Told<ConnectionClosed>(over)[0].down, 5U);
}

TEST_F(ForwardMachineTest, TellsConnectionsOrOnlyWhatBroke) {
  MakeWith({Ready("a")});
  Accept(1);
  EXPECT_EQ(Told<ConnectionOpened>(Step(TunnelOpen{1}))[0],
            (ConnectionOpened{.connection = 1, .name = "http", .pod = "a", .from = "127.0.0.1:9"}));
  const Actions over =
      Step(Ended{.connection = 1, .result = {.up = 3, .down = 5}}, kStart + seconds(2));
  EXPECT_EQ(
      Told<ConnectionClosed>(over)[0],
      (ConnectionClosed{
          .connection = 1, .name = "http", .pod = "a", .up = 3, .down = 5, .lasted = seconds(2)}));
  Make({.session = SessionWith({kHttp})});
  Step(PodsSeen{{Ready("a")}});
  Accept(1);
  EXPECT_THAT(Step(TunnelOpen{1}), IsEmpty());
  EXPECT_THAT(Step(Ended{.connection = 1}), IsEmpty());
  Accept(2);
  Step(TunnelOpen{2});
  const Actions broken =
      Step(Ended{.connection = 2, .result = {.status = UnavailableError("refused")}});
  EXPECT_EQ(Told<Warning>(broken)[0].text, "a connection to http of pod a broke: refused");
}

TEST_F(ForwardMachineTest, EndsWithTheSessionOrOnRequest) {
  Make();
  EXPECT_EQ(Chosen<ForwardDone>(Step(SessionGone{}))[0].status.code(), Code::kNotFound);
  EXPECT_THAT(Step(PodsSeen{{Ready("a")}}), IsEmpty());
  Make();
  EXPECT_EQ(Chosen<ForwardDone>(Step(ForwardStopped{}))[0].status, OkStatus());
}

TEST_F(ForwardMachineTest, TellsOnceThatTheClusterCannotBeWatched) {
  Make();
  EXPECT_THAT(Told<Warning>(Step(ClusterTrouble{UnavailableError("cut")})), SizeIs(1));
  EXPECT_THAT(Step(ClusterTrouble{UnavailableError("cut again")}), IsEmpty());
  Step(PodsSeen{});
  EXPECT_THAT(Told<Warning>(Step(ClusterTrouble{UnavailableError("cut")})), SizeIs(1));
}

TEST_F(ForwardMachineTest, AConnectionThatWakesTheSessionWaitsForItsPods) {
  devsession::DevSession session = SessionWith({kHttp});
  session.status.conditions = {{.type = devsession::kAwakeCondition, .status = "False"}};
  Make({.tell_connections = true, .session = session});
  Step(PortOpen{.port = 1, .addresses = {"127.0.0.1"}, .local = 8080});
  Accept(7);
  EXPECT_EQ(machine_->WakeAt(), kStart + ForwardMachine::kWakingPatience);
  const Actions opened = Step(PodsSeen{{Ready("p")}}, kStart + seconds(40));
  EXPECT_THAT(Chosen<OpenTunnel>(opened), SizeIs(1));
}

}  // namespace
}  // namespace hawser::cli
