// The rules of forwarding back, with made-up pods, agents and connections.
#include "local-cli/forward/reverse_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace hawser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ReverseActions = ReverseMachine::Actions;

constexpr TimePoint kReverseStart{std::chrono::hours(1)};
constexpr uint16_t kPort = 5432;

template <typename Kind>
std::vector<Kind> Picked(const ReverseActions& actions) {
  std::vector<Kind> picked;
  for (const ReverseAction& action : actions) {
    if (const auto* one = std::get_if<Kind>(&action)) picked.push_back(*one);
  }
  return picked;
}

template <typename Kind>
std::vector<Kind> Shown(const ReverseActions& actions) {
  std::vector<Kind> shown;
  for (const Event& event : Picked<Event>(actions)) {
    if (const auto* one = std::get_if<Kind>(&event)) shown.push_back(*one);
  }
  return shown;
}

/// The messages of that kind that an agent is sent.
template <typename Kind>
std::vector<Kind> Asked(const ReverseActions& actions) {
  std::vector<Kind> asked;
  for (const TellAgent& tell : Picked<TellAgent>(actions)) {
    if (const auto* one = std::get_if<Kind>(&tell.message)) asked.push_back(*one);
  }
  return asked;
}

PodView RunningPod(const std::string& name) {
  return {.name = name, .uid = "uid-" + name, .agent_running = true};
}

class ReverseMachineTest : public ::testing::Test {
 protected:
  ReverseMachineTest() { Make(true); }

  void Make(bool tell_connections) {
    machine_ = std::make_unique<ReverseMachine>(
        ReverseMachineOptions{.requests = {{.remote = kPort, .local = 5433}},
                              .tell_connections = tell_connections,
                              .session = {.name = "dev", .ns = "team"}});
  }

  ReverseActions Step(const ReverseInput& input, TimePoint now = kReverseStart) {
    return machine_->Step(input, now);
  }
  ReverseActions Say(const std::string& pod, wire::Message message, TimePoint now = kReverseStart) {
    return Step(AgentSaid{.uid = "uid-" + pod, .message = std::move(message)}, now);
  }
  ReverseActions Reach(const std::string& pod, TimePoint now = kReverseStart) {
    return Step(AgentReached{.uid = "uid-" + pod, .agent_version = "1"}, now);
  }
  /// `pods` are there and listen.
  void Listen(const std::vector<std::string>& pods) {
    PodsSeen seen;
    for (const std::string& pod : pods) seen.pods.push_back(RunningPod(pod));
    Step(seen);
    for (const std::string& pod : pods) {
      Reach(pod);
      Say(pod, wire::ListenReply{.port = kPort});
      Say(pod, wire::Pong{.nonce = 1});
    }
  }
  /// Begins to carry an arrival; the connection's id.
  CarryId Arrive(const std::string& pod, uint64_t arrival) {
    const auto begun = Picked<BeginCarry>(Say(pod, wire::Arrival{.id = arrival, .port = kPort}));
    EXPECT_THAT(begun, SizeIs(1));
    return begun.empty() ? 0 : begun[0].carry;
  }
  static std::string EndOf(const ReverseActions& actions) {
    const auto done = Picked<ReverseDone>(actions);
    return done.empty() ? "goes on" : done[0].status.ToString();
  }

  std::unique_ptr<ReverseMachine> machine_;
};

TEST_F(ReverseMachineTest, AsksEveryPodWhoseAgentRuns) {
  PodView starting = RunningPod("c");
  starting.agent_running = false;
  PodView ending = RunningPod("d");
  ending.ending = true;
  ReverseActions actions = Step(PodsSeen{{RunningPod("a"), RunningPod("b"), starting, ending}});
  const auto reached = Picked<ReachAgent>(actions);
  ASSERT_THAT(reached, SizeIs(2));
  EXPECT_EQ(reached[0].pod, "a");
  actions = Reach("a");
  ASSERT_THAT(Asked<wire::ListenRequest>(actions), SizeIs(1));
  EXPECT_EQ(Asked<wire::ListenRequest>(actions)[0].port, kPort);
  const auto told = Shown<PortReversed>(Say("a", wire::ListenReply{.port = kPort}));
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0], (PortReversed{.pod = "a", .remote = kPort, .target = "localhost:5433"}));
}

TEST_F(ReverseMachineTest, SaysWhatItWaitsForOnce) {
  EXPECT_THAT(Shown<Notice>(Step(PodsSeen{})), SizeIs(1));
  EXPECT_THAT(Shown<Notice>(Step(PodsSeen{})), IsEmpty());
}

TEST_F(ReverseMachineTest, FollowsPodsAndKeepsOneThatIsEnding) {
  Listen({"a"});
  PodView ending = RunningPod("a");
  ending.ending = true;
  ReverseActions actions = Step(PodsSeen{{ending, RunningPod("b")}});
  EXPECT_THAT(Picked<LeaveAgent>(actions), IsEmpty());
  ASSERT_THAT(Picked<ReachAgent>(actions), SizeIs(1));
  EXPECT_EQ(Picked<ReachAgent>(actions)[0].pod, "b");
  const CarryId id = Arrive("a", 7);
  Step(CarryBegun{id});
  actions = Step(PodsSeen{{RunningPod("b")}});
  EXPECT_THAT(Picked<LeaveAgent>(actions), SizeIs(1));
  ASSERT_THAT(Picked<DropCarry>(actions), SizeIs(1));
  EXPECT_EQ(Shown<ConnectionClosed>(actions)[0].error, "the pod is gone");
}

TEST_F(ReverseMachineTest, AsksAnewWhenAnAgentWasLost) {
  Listen({"a"});
  ReverseActions actions = Step(AgentLost{.uid = "uid-a", .reason = UnavailableError("cut")});
  EXPECT_THAT(Shown<PodLost>(actions), SizeIs(1));
  const TimePoint again = machine_->WakeAt();
  EXPECT_LE(again, kReverseStart + milliseconds(200));
  EXPECT_THAT(Picked<ReachAgent>(machine_->OnTick(again)), SizeIs(1));
  actions = Step(AgentLost{.uid = "uid-a", .reason = UnavailableError("cut")}, again);
  EXPECT_THAT(Shown<PodLost>(actions), IsEmpty()) << "told once";
  const TimePoint later = machine_->WakeAt();
  machine_->OnTick(later);
  EXPECT_THAT(Asked<wire::ListenRequest>(Reach("a", later)), SizeIs(1));
  EXPECT_THAT(Shown<PortReversed>(Say("a", wire::ListenReply{.port = kPort}, later)), SizeIs(1));
}

TEST_F(ReverseMachineTest, LeavesAnAgentThatDoesNotAnswer) {
  Listen({"a"});
  ReverseActions actions = machine_->OnTick(kReverseStart + seconds(20));
  EXPECT_THAT(Asked<wire::Ping>(actions), SizeIs(1));
  actions = machine_->OnTick(kReverseStart + seconds(40));
  EXPECT_THAT(Asked<wire::Ping>(actions), SizeIs(1));
  actions = machine_->OnTick(kReverseStart + seconds(60));
  EXPECT_THAT(Picked<LeaveAgent>(actions), SizeIs(1));
  EXPECT_THAT(Shown<PodLost>(actions), SizeIs(1));
  EXPECT_LE(machine_->WakeAt(), kReverseStart + seconds(61));
}

TEST_F(ReverseMachineTest, EndsWhenTheFirstThingHeardIsARefusal) {
  Step(PodsSeen{{RunningPod("a")}});
  Reach("a");
  EXPECT_THAT(EndOf(Say("a", wire::ListenReply{.port = kPort, .trouble = "it is taken"})),
              HasSubstr("port 5432 of pod a does not lead here: it is taken"));
  EXPECT_THAT(Step(PodsSeen{{RunningPod("b")}}), IsEmpty()) << "it has ended";
  EXPECT_EQ(machine_->WakeAt(), kNoDeadline);
}

TEST_F(ReverseMachineTest, WarnsOfALaterRefusalAndAsksAgain) {
  Listen({"a"});
  Step(PodsSeen{{RunningPod("a"), RunningPod("b")}});
  Reach("b");
  const wire::ListenReply taken{.port = kPort, .trouble = "it is taken"};
  EXPECT_THAT(Shown<Warning>(Say("b", taken)), SizeIs(1));
  const TimePoint again = kReverseStart + ReverseMachine::kAskAgain;
  EXPECT_EQ(machine_->WakeAt(), again);
  EXPECT_THAT(Asked<wire::ListenRequest>(machine_->OnTick(again)), SizeIs(1));
  EXPECT_THAT(Shown<Warning>(Say("b", taken, again)), IsEmpty()) << "told once";
  const TimePoint third = again + ReverseMachine::kAskAgain;
  machine_->OnTick(third);
  EXPECT_THAT(Shown<PortReversed>(Say("b", wire::ListenReply{.port = kPort}, third)), SizeIs(1));
}

TEST_F(ReverseMachineTest, EndsWhenAnotherTakesThePortOver) {
  Listen({"a"});
  EXPECT_THAT(EndOf(Say("a", wire::ListenReply{.port = kPort, .trouble = "taken over"})),
              HasSubstr("port 5432 of pod a: taken over"));
}

TEST_F(ReverseMachineTest, TellsOfAnAgentThatIsTooOld) {
  Step(PodsSeen{{RunningPod("a")}});
  const ReverseActions actions = Reach("a");
  ASSERT_THAT(Asked<wire::Ping>(actions), SizeIs(1)) << "after what was asked";
  EXPECT_THAT(EndOf(Say("a", wire::Pong{.nonce = 1})), HasSubstr("hawser 1) is too old"));
}

TEST_F(ReverseMachineTest, EndsWhenAPersonMustActFirst) {
  Step(PodsSeen{{RunningPod("a")}});
  EXPECT_THAT(EndOf(Step(AgentLost{.uid = "uid-a", .reason = PermissionDeniedError("no right")})),
              HasSubstr("no right"));
}

TEST_F(ReverseMachineTest, CarriesWhatArrivesAndTellsBeginAndEnd) {
  Listen({"a"});
  const auto begun = Picked<BeginCarry>(Say("a", wire::Arrival{.id = 9, .port = kPort}));
  ASSERT_THAT(begun, SizeIs(1));
  EXPECT_EQ(begun[0].pod, "a");
  EXPECT_EQ(begun[0].arrival, 9U);
  EXPECT_EQ(begun[0].target.local, 5433);
  const auto opened = Shown<ConnectionOpened>(Step(CarryBegun{begun[0].carry}));
  ASSERT_THAT(opened, SizeIs(1));
  EXPECT_TRUE(opened[0].reverse);
  const auto closed = Shown<ConnectionClosed>(
      Step(CarryEnded{.carry = begun[0].carry, .result = {.up = 1, .down = 2}},
           kReverseStart + seconds(3)));
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_EQ(closed[0].lasted, seconds(3));
  EXPECT_THAT(Picked<BeginCarry>(Say("a", wire::Arrival{.id = 10, .port = 1111})), IsEmpty())
      << "a port that nobody asked for";
}

TEST_F(ReverseMachineTest, ResetsWhatNothingAnswersToAndWarnsOnce) {
  Listen({"a"});
  const TargetMissed missed{.carry = Arrive("a", 1),
                            .reason = UnavailableError("localhost:5433: no")};
  ReverseActions actions = Step(missed);
  ASSERT_THAT(Asked<wire::ArrivalRefused>(actions), SizeIs(1));
  EXPECT_EQ(Asked<wire::ArrivalRefused>(actions)[0].id, 1U);
  ASSERT_THAT(Shown<Warning>(actions), SizeIs(1));
  EXPECT_THAT(Shown<Warning>(actions)[0].text, HasSubstr("localhost:5433: no"));
  actions = Step(TargetMissed{.carry = Arrive("a", 2), .reason = missed.reason});
  EXPECT_THAT(Shown<Warning>(actions), IsEmpty()) << "an app that tries again and again";
  Step(CarryBegun{Arrive("a", 3)});
  actions = Step(TargetMissed{.carry = Arrive("a", 4), .reason = missed.reason});
  EXPECT_THAT(Shown<Warning>(actions), SizeIs(1)) << "it had answered";
}

TEST_F(ReverseMachineTest, RefusesMoreThanItCanCarry) {
  Listen({"a"});
  for (uint64_t i = 1; i <= ReverseMachine::kMaxConnections; ++i) Arrive("a", i);
  ReverseActions actions = Say("a", wire::Arrival{.id = 999, .port = kPort});
  EXPECT_THAT(Asked<wire::ArrivalRefused>(actions), SizeIs(1));
  EXPECT_THAT(Picked<BeginCarry>(actions), IsEmpty());
  EXPECT_THAT(Shown<Warning>(actions), SizeIs(1));
  EXPECT_THAT(Shown<Warning>(Say("a", wire::Arrival{.id = 1000, .port = kPort})), IsEmpty());
}

TEST_F(ReverseMachineTest, TellsOnlyOfBrokenConnectionsUnlessAsked) {
  Make(false);
  Listen({"a"});
  const CarryId first = Arrive("a", 1);
  EXPECT_THAT(Step(CarryBegun{first}), IsEmpty());
  EXPECT_THAT(Step(CarryEnded{.carry = first}), IsEmpty());
  const CarryId second = Arrive("a", 2);
  Step(CarryBegun{second});
  EXPECT_THAT(Shown<Warning>(Step(
                  CarryEnded{.carry = second, .result = {.status = UnavailableError("reset")}})),
              SizeIs(1));
}

TEST_F(ReverseMachineTest, EndsWithTheSessionAndOnRequest) {
  EXPECT_THAT(EndOf(Step(SessionGone{})), HasSubstr("session dev was deleted"));
  Make(true);
  EXPECT_EQ(Picked<ReverseDone>(Step(ReverseStopped{}))[0].status, OkStatus());
}

}  // namespace
}  // namespace hawser::cli
