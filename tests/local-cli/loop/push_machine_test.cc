// The rules of a push, with made-up pods and links.
#include "local-cli/loop/push_machine.h"

#include <gtest/gtest.h>

#include "tests/local-cli/loop/push_machine_fixture.h"

namespace hawser::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(PushMachineTest, OpensALinkOnceTheAgentRunsAndClosesItWithThePod) {
  PushMachine machine = Make(true);
  PodView pod = Running("a");
  pod.agent_running = false;
  EXPECT_TRUE(Select<OpenLink>(machine.Step(PodsSeen{{pod}}, kPushStart)).empty());
  EXPECT_EQ(Select<OpenLink>(machine.Step(PodsSeen{{Running("a")}}, kPushStart)).size(), 1U);
  EXPECT_TRUE(Select<OpenLink>(machine.Step(PodsSeen{{Running("a")}}, kPushStart)).empty());
  pod.ending = true;
  EXPECT_EQ(Select<CloseLink>(machine.Step(PodsSeen{{pod}}, kPushStart)).at(0).uid, "uid-a");
}

TEST_F(PushMachineTest, SettlesOnceEveryConnectedPodIsInSync) {
  PushMachine machine = Make(true);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a"), Running("b"), Running("broken")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  News(machine, "b", LinkUp{});
  const auto settled = [&](const std::string& pod) {
    return Select<Settle>(News(machine, pod, LinkInSync{snapshot})).size();
  };
  EXPECT_EQ(settled("a"), 0U);
  EXPECT_EQ(settled("b"), 1U);
  EXPECT_EQ(settled("a"), 0U) << "once";
}

TEST_F(PushMachineTest, TakesALinkThatIsInSyncBeforeTheScanIsTold) {
  const auto snapshot = MakeSnapshot("1");
  for (const bool watch : {false, true}) {
    PushMachine machine = Make(watch);
    machine.Step(PodsSeen{{Running("a")}}, kPushStart);
    News(machine, "a", LinkUp{});
    const auto early = News(machine, "a", LinkInSync{snapshot});
    EXPECT_TRUE(Select<WriteStatus>(early).empty()) << "what it is in sync with is not known";
    EXPECT_TRUE(Select<WriteStatus>(News(machine, "a", Applied(snapshot))).empty()) << "nor then";
    const auto told = Scan(machine, snapshot);
    EXPECT_EQ(Select<Finish>(told).size(), watch ? 0U : 1U);
    EXPECT_EQ(Select<Settle>(told).size(), watch ? 1U : 0U);
    ASSERT_EQ(Select<WriteStatus>(told).size(), 1U);
    EXPECT_EQ(Select<WriteStatus>(told)[0].status.conditions.at(0).status, "True");
    EXPECT_TRUE(Select<WriteStatus>(Scan(machine, snapshot)).empty()) << "nothing new";
  }
}

TEST_F(PushMachineTest, IsNotInSyncWithWhatIsTheSameAgainUntilTheLinkSaysSo) {
  PushMachine machine = Make(true);
  const auto synced = [](const PushMachine::Actions& actions) {
    const auto written = Select<WriteStatus>(actions);
    return written.empty() ? std::string() : written.back().status.conditions.at(0).status;
  };
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  News(machine, "a", LinkUp{});
  const auto first = MakeSnapshot("1");
  Scan(machine, first);
  EXPECT_EQ(synced(News(machine, "a", LinkInSync{first})), "True");
  Scan(machine, MakeSnapshot("2"));
  const auto again = MakeSnapshot("1");
  Scan(machine, again);
  EXPECT_EQ(synced(News(machine, "a", LinkInSync{first})), "False")
      << "the second may be on its way";
  EXPECT_EQ(synced(News(machine, "a", LinkInSync{again})), "True");
}

TEST_F(PushMachineTest, BearsRefusalsForAWhileFromAServerThatAllowedItBefore) {
  PushMachine machine = Make(true);
  const auto refuse = [&](seconds after) {
    return Select<Finish>(
        machine.Step(ClusterTrouble{PermissionDeniedError("no")}, kPushStart + after));
  };
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  EXPECT_TRUE(refuse(seconds(100)).empty());
  EXPECT_TRUE(refuse(seconds(129)).empty());
  EXPECT_TRUE(refuse(seconds(4000)).empty()) << "another start";
  EXPECT_EQ(refuse(seconds(4030)).at(0).status.code(), Code::kPermissionDenied);
}

TEST_F(PushMachineTest, EndsWhenTheServerNeverAllowedIt) {
  PushMachine machine = Make(true);
  const auto actions = machine.Step(ClusterTrouble{PermissionDeniedError("no")}, kPushStart);
  EXPECT_EQ(Select<Finish>(actions).at(0).status.code(), Code::kPermissionDenied);
}

TEST_F(PushMachineTest, TakesAPodOfTheSameNameForAnotherOne) {
  PushMachine machine = Make(true);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  PodView again = Running("a");
  again.uid = "uid-other";
  const auto actions = machine.Step(PodsSeen{{again}}, kPushStart);
  EXPECT_EQ(Select<OpenLink>(actions).at(0).pod.uid, "uid-other");
  EXPECT_EQ(Select<CloseLink>(actions).at(0).uid, "uid-a");
}

TEST_F(PushMachineTest, EndsWhenEveryPodHoldsTheWorkspace) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a"), Running("b")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  EXPECT_TRUE(Select<Finish>(News(machine, "a", LinkInSync{snapshot})).empty());
  News(machine, "a", Applied(snapshot));
  News(machine, "b", LinkUp{});
  News(machine, "b", MakeReport(kPushStart, false));
  const auto actions = News(machine, "b", LinkInSync{snapshot});
  EXPECT_TRUE(Select<Finish>(actions).at(0).status.ok());
  EXPECT_EQ(Select<WriteStatus>(actions).at(0).status.conditions.at(0).status, "True");
}

TEST_F(PushMachineTest, WarnsOnceOfAFileThatChangesFasterThanItCanBeSent) {
  PushMachine machine = Make(false);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, MakeSnapshot("1"));
  News(machine, "a", LinkUp{});
  const auto once = News(machine, "a", LinkOutdated{.why = "changed"});
  EXPECT_TRUE(Shown<Warning>(once).empty()) << "it goes in a batch of its own now";
  EXPECT_EQ(Select<ScanAgain>(once).size(), 1U);
  const LinkOutdated outrun{.why = "changed", .outrun = "data.db"};
  EXPECT_EQ(Shown<Warning>(News(machine, "a", outrun)).size(), 1U);
  EXPECT_TRUE(Shown<Warning>(News(machine, "a", outrun)).empty());
  const auto end = Select<Finish>(machine.OnTick(kPushStart + seconds(60)));
  const std::string why = end.at(0).status.message();
  EXPECT_NE(why.find("pod a: data.db changes while it is sent"), std::string::npos) << why;
}

TEST_F(PushMachineTest, WaitsForTheRestartedAppButNotForEver) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  News(machine, "a", MakeReport(kPushStart, true));
  EXPECT_TRUE(Select<Finish>(News(machine, "a", LinkInSync{snapshot})).empty());
  PushMachine other = machine;
  EXPECT_TRUE(Select<Finish>(News(machine, "a", sync::ReadyReport{.number = 1})).at(0).status.ok());
  EXPECT_LE(other.WakeAt(), kPushStart + seconds(10));
  EXPECT_TRUE(Select<Finish>(other.OnTick(other.WakeAt())).at(0).status.ok());
}

TEST_F(PushMachineTest, GivesUpInTimeWithTheReasonOfEachPod) {
  PushMachine machine = Make(false);
  PodView pending = Running("a");
  pending.agent_running = false;
  pending.waiting = "container hawser-agent is waiting: ImagePullBackOff";
  machine.Step(PodsSeen{{pending}}, kPushStart);
  const auto actions = machine.OnTick(kPushStart + seconds(60));
  const std::string message = Select<Finish>(actions).at(0).status.message();
  EXPECT_NE(message.find("pod a: container hawser-agent is waiting: ImagePullBackOff"),
            std::string::npos)
      << message;
}

TEST_F(PushMachineTest, EndsAtOnceWhenTryingAgainCanNotHelp) {
  PushMachine machine = Make(false);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  const auto actions = News(
      machine, "a", LinkDown{.reason = FailedPreconditionError("speaks version 2"), .attempt = 1});
  const std::string message = Select<Finish>(actions).at(0).status.message();
  EXPECT_NE(message.find("pod a: speaks version 2"), std::string::npos) << message;
}

TEST_F(PushMachineTest, TellsOnceOfAFileThatDefeatsDeltas) {
  PushMachine machine = Make(true);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  News(machine, "a", LinkUp{});
  sync::Report report = MakeReport(kPushStart, false);
  report.report.cost.defeated = {"app.jar"};
  const auto warnings = [&] {
    const PushMachine::Actions actions = News(machine, "a", report);
    return std::count_if(actions.begin(), actions.end(), [](const PushAction& action) {
      const auto* event = std::get_if<Event>(&action);
      return event != nullptr && std::holds_alternative<Warning>(*event);
    });
  };
  EXPECT_EQ(warnings(), 1);
  EXPECT_EQ(warnings(), 0);
}

TEST_F(PushMachineTest, WaitsForTheFilesOfAWorkspaceThatIsEmptyNow) {
  PushMachine machine = Make(true);
  const PushInput empty = Scanned{UnavailableError("it is empty now")};
  EXPECT_EQ(machine.Step(empty, kPushStart).size(), 1U) << "a warning";
  EXPECT_TRUE(machine.Step(empty, kPushStart).empty()) << "told before";
  Scan(machine, std::make_shared<sync::Snapshot>());
  EXPECT_EQ(machine.Step(empty, kPushStart).size(), 1U);
  const PushMachine::Actions once = Make(false).Step(empty, kPushStart);
  ASSERT_FALSE(once.empty());
  EXPECT_TRUE(std::holds_alternative<Finish>(once.back()));
}

TEST_F(PushMachineTest, TellsALossOnceUntilItsKindChanges) {
  PushMachine machine = Make(true);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  const LinkDown lost{.reason = UnavailableError("x"), .attempt = 1};
  EXPECT_EQ(Shown<PodLost>(News(machine, "a", lost)).size(), 1U);
  EXPECT_TRUE(Shown<PodLost>(News(machine, "a", lost)).empty());
  EXPECT_EQ(
      Shown<PodLost>(News(machine, "a", LinkDown{.reason = UnauthenticatedError("x")})).size(), 1U);
  EXPECT_EQ(Shown<PodConnected>(News(machine, "a", LinkUp{.again = true})).size(), 1U);
  EXPECT_EQ(Shown<PodLost>(News(machine, "a", lost)).size(), 1U);
}

TEST_F(PushMachineTest, ShowsOneLineForOneSaveInSeveralPods) {
  PushMachine machine = Make(true);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a"), Running("b")}}, kPushStart);
  Scan(machine, snapshot);
  for (const std::string pod : {"a", "b"}) News(machine, pod, LinkUp{});
  EXPECT_TRUE(Shown<BatchDone>(News(machine, "a", MakeReport(kPushStart, false))).empty());
  EXPECT_TRUE(Shown<BatchDone>(News(machine, "a", LinkInSync{snapshot})).empty());
  EXPECT_TRUE(Shown<BatchDone>(News(machine, "b", MakeReport(kPushStart, false))).empty());
  const auto shown = Shown<BatchDone>(News(machine, "b", LinkInSync{snapshot}));
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].pods.size(), 2U);
}

TEST_F(PushMachineTest, HoldsRemovalsUntilSomeoneSaysYes) {
  PushMachineOptions options{.watch = true, .interactive = true};
  PushMachine machine(options);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  const auto asked = News(machine, "a", LinkAsks{.removals = 30, .files = 40});
  EXPECT_EQ(Select<AskPerson>(asked).size(), 1U);
  EXPECT_EQ(Select<ConfirmRemovals>(machine.Step(Answered{true}, kPushStart)).at(0).uid, "uid-a");

  options.interactive = false;
  options.yes = true;
  PushMachine willing(options);
  willing.Step(PodsSeen{{Running("a")}}, kPushStart);
  EXPECT_EQ(Select<ConfirmRemovals>(News(willing, "a", LinkAsks{})).size(), 1U);

  PushMachine once = Make(false);
  once.Step(PodsSeen{{Running("a")}}, kPushStart);
  const auto refused = News(once, "a", LinkAsks{.removals = 30, .files = 40});
  EXPECT_NE(Select<Finish>(refused).at(0).status.message().find("--yes"), std::string::npos);
}

TEST_F(PushMachineTest, BeginsAnewWhenTheSessionChangesAndEndsWhenItGoes) {
  PushMachine machine = Make(true);
  devsession::DevSession changed{.name = "api", .generation = 2};
  EXPECT_TRUE(Select<Finish>(machine.Step(SessionSeen{changed}, kPushStart)).at(0).again);
  PushMachine other = Make(true);
  EXPECT_EQ(Select<Finish>(other.Step(SessionGone{}, kPushStart)).at(0).status.code(),
            Code::kNotFound);
  PushMachine rooted = Make(true);
  EXPECT_TRUE(Select<Finish>(rooted.Step(RootsChanged{}, kPushStart)).at(0).again);
}

TEST_F(PushMachineTest, EndsWhenAnotherClientTookOver) {
  PushMachine machine = Make(true);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  const auto actions = News(
      machine, "a", LinkDown{.reason = AbortedError("ann@laptop pushes now"), .superseded = true});
  EXPECT_EQ(Select<Finish>(actions).at(0).status.code(), Code::kAborted);
}

TEST_F(PushMachineTest, FailsWhenAStepFailedOrAPathCouldNotBeWritten) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  sync::Report report = MakeReport(kPushStart, false);
  report.report.result.steps = {{.step = 0, .exit_code = 7}};
  report.report.result.problems = {{.path = "/app/x", .message = "read-only"}};
  const auto told = News(machine, "a", report);
  EXPECT_EQ(Shown<StepFailed>(told).size(), 1U);
  EXPECT_EQ(Shown<PathTrouble>(told).size(), 1U);
  const auto actions = News(machine, "a", LinkInSync{snapshot});
  EXPECT_FALSE(Select<Finish>(actions).at(0).status.ok());
  const auto problems = Select<WriteStatus>(actions).at(0).status.pods.at(0).problems;
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].path, "/app/x");
  EXPECT_EQ(problems[1].reason, "StepFailed");
  EXPECT_NE(problems[1].message.find("exit code 7"), std::string::npos) << problems[1].message;
}

TEST_F(PushMachineTest, KeepsItsStatusWithinWhatTheSchemaAllows) {
  PushMachine machine = Make(true);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  sync::Report report = MakeReport(kPushStart, false);
  report.report.result.problems.resize(500, {.path = "/app/x", .message = std::string(5000, 'm')});
  EXPECT_EQ(Shown<PathTrouble>(News(machine, "a", report)).size(), 500U);
  const auto actions = News(machine, "a", LinkInSync{snapshot});
  const auto problems = Select<WriteStatus>(actions).at(0).status.pods.at(0).problems;
  EXPECT_EQ(problems.size(), 100U);
  EXPECT_EQ(problems.at(0).message.size(), 1024U);
}

/// What the controller says while the pods have no agent.
devsession::DevSession WithoutAgents(const std::string& reason,
                                     const std::string& status = "False") {
  devsession::DevSession session{.name = "api", .generation = 1};
  session.status.conditions = {{.type = "AgentInjected",
                                .status = status,
                                .reason = reason,
                                .message = "set spec.target.command",
                                .observed_generation = 1}};
  return session;
}

TEST_F(PushMachineTest, WaitsForAnAgentThatMovesAndForARegistrysAnswer) {
  for (const auto& session :
       {WithoutAgents("Moving"), WithoutAgents("AskingRegistry", "Unknown")}) {
    PushMachine machine = Make(false);
    EXPECT_TRUE(Select<Finish>(machine.Step(SessionSeen{session}, kPushStart)).empty());
  }
}

TEST_F(PushMachineTest, SaysWhatTheControllerSaysWhenThereAreNoPods) {
  PushMachine machine = Make(false);
  const auto actions = machine.Step(SessionSeen{WithoutAgents("EntrypointUnknown")}, kPushStart);
  const std::string message = Select<Finish>(actions).at(0).status.message();
  EXPECT_NE(message.find("set spec.target.command"), std::string::npos) << message;
}

/// What the controller says while the workload wants more pods than there are.
devsession::DevSession WithAgentsReady(const std::string& status, const std::string& reason) {
  devsession::DevSession session;
  session.name = "api";
  session.generation = 1;
  session.status.conditions = {{.type = "AgentsReady",
                                .status = status,
                                .reason = reason,
                                .message = "1 of 2 pods are there",
                                .observed_generation = 1}};
  return session;
}

TEST_F(PushMachineTest, WaitsForThePodsThatAreStillToCome) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  const auto seen = machine.Step(SessionSeen{WithAgentsReady("False", "PodsPending")}, kPushStart);
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  const auto behind = News(machine, "a", LinkInSync{snapshot});
  EXPECT_TRUE(Select<Finish>(behind).empty());
  EXPECT_EQ(Select<WriteStatus>(behind).at(0).status.conditions.at(0).status, "False");
  PushMachine given_up = machine;
  const std::string why =
      Select<Finish>(given_up.OnTick(kPushStart + seconds(60))).at(0).status.message();
  EXPECT_NE(why.find("1 of 2 pods"), std::string::npos) << why;
  machine.Step(PodsSeen{{Running("a"), Running("b")}}, kPushStart);
  EXPECT_TRUE(
      Select<Finish>(machine.Step(SessionSeen{WithAgentsReady("True", "AgentsReady")}, kPushStart))
          .empty())
      << "the new pod is not up to date";
  News(machine, "a", Applied(snapshot));
  News(machine, "b", LinkUp{});
  News(machine, "b", MakeReport(kPushStart, false));
  const auto done = News(machine, "b", LinkInSync{snapshot});
  EXPECT_TRUE(Select<Finish>(done).at(0).status.ok());
  EXPECT_EQ(Select<WriteStatus>(done).back().status.conditions.at(0).status, "True");
}

TEST_F(PushMachineTest, TakesBackThatAllIsSyncedWhenAPodJoins) {
  PushMachine machine = Make(true);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  News(machine, "a", LinkInSync{snapshot});
  const auto joined =
      Select<WriteStatus>(machine.Step(PodsSeen{{Running("a"), Running("b")}}, kPushStart));
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].status.conditions.at(0).status, "False");
  const auto left = Select<WriteStatus>(machine.Step(PodsSeen{{Running("a")}}, kPushStart));
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].status.conditions.at(0).status, "True");
}

devsession::DevSession Sleeping(bool asleep) {
  devsession::DevSession session{.name = "api", .generation = 1};
  session.status.conditions = {
      {.type = devsession::kAwakeCondition, .status = asleep ? "False" : "True"},
      {.type = "AgentInjected", .status = "True", .observed_generation = 1},
      {.type = "AgentsReady",
       .status = "False",
       .reason = asleep ? "Asleep" : "PodsPending",
       .message = "1 of 2",
       .observed_generation = 1}};
  return session;
}

TEST_F(PushMachineTest, WaitsForASleepingSessionsPods) {
  PushMachine machine = Make(false);
  machine.Step(SessionSeen{Sleeping(true)}, kPushStart);
  const auto asleep = machine.Step(PodsSeen{}, kPushStart);
  EXPECT_TRUE(Select<Finish>(asleep).empty());
  const sync::SnapshotPtr snapshot = MakeSnapshot("a");
  Scan(machine, snapshot);
  machine.Step(PodsSeen{{Running("p")}}, kPushStart);
  News(machine, "p", LinkUp{});
  News(machine, "p", MakeReport(kPushStart, false));
  EXPECT_TRUE(Select<Finish>(News(machine, "p", LinkInSync{snapshot})).empty())
      << "the controller may not have told yet of those to come";
  const auto awake = machine.Step(SessionSeen{Sleeping(false)}, kPushStart);
  EXPECT_TRUE(Select<Finish>(awake).empty()) << "1 of 2";
}

TEST_F(PushMachineTest, SaysThatItWakesTheSession) {
  PushMachine machine = Make(false);
  const auto shown = Shown<Notice>(machine.Step(SessionSeen{Sleeping(true)}, kPushStart));
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_NE(shown[0].text.find("waking it"), std::string::npos);
}

}  // namespace
}  // namespace hawser::cli
