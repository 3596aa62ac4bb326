// What a push makes of a batch whose report came to another connection, or to another push.
#include <gtest/gtest.h>

#include "tests/local-cli/loop/push_machine_fixture.h"

namespace hawser::cli {
namespace {

class PushHeardTest : public PushMachineTest {};

TEST_F(PushHeardTest, FailsForWhatABatchBeforeItLeftBehind) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  EXPECT_TRUE(Select<Finish>(News(machine, "a", LinkInSync{snapshot})).empty())
      << "what came of the batch is not known";
  LinkRuns status = Applied(snapshot);
  status.status.applied_tree = {};
  EXPECT_TRUE(News(machine, "a", status).empty()) << "its steps run";
  status = Applied(snapshot);
  status.status.problems = {{.path = "/app/x", .message = "read-only"},
                            {.path = "/", .message = "step failed: make: exit code 2"}};
  const auto actions = News(machine, "a", status);
  EXPECT_EQ(Shown<PathTrouble>(actions).size(), 1U);
  EXPECT_EQ(Shown<Warning>(actions).at(0).text, "pod a: step failed: make: exit code 2");
  const Status end = Select<Finish>(actions).at(0).status;
  EXPECT_NE(end.message().find("step failed: make"), std::string::npos) << end;
  const devsession::PodStatus told = Select<WriteStatus>(actions).at(0).status.pods.at(0);
  EXPECT_EQ(told.problems.size(), 2U);
  EXPECT_EQ(told.batch, 7U);
}

TEST_F(PushHeardTest, SaysThatFilesWaitForAContainerThatIsNotThere) {
  PushMachine machine = Make(false);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  News(machine, "a", LinkInSync{snapshot});
  sync::Report staged;
  staged.report.result = {.number = 1, .outcome = wire::BatchOutcome::kNoSupervisor};
  News(machine, "a", staged);
  LinkRuns status{.status = {.tree = snapshot->digest}};
  EXPECT_TRUE(Select<Finish>(News(machine, "a", status)).empty()) << "it may just be starting";
  status.container_missing = true;
  const auto actions = News(machine, "a", status);
  const std::string why = Select<Finish>(actions).at(0).status.message();
  EXPECT_NE(why.find("waiting to start"), std::string::npos) << why;
}

TEST_F(PushHeardTest, KeepsTheProblemsOfTheStatusUntilThePodSaysOtherwise) {
  PushMachineOptions options{.watch = true};
  options.session.name = "api";
  options.session.status.pods = {
      {.name = "a", .uid = "uid-a", .batch = 6, .problems = {{.path = "/app/x"}}}};
  PushMachine machine(options);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  News(machine, "a", LinkUp{});
  const auto before = Select<WriteStatus>(News(machine, "a", LinkInSync{snapshot}));
  EXPECT_EQ(before.at(0).status.pods.at(0).problems.size(), 1U);
  const auto after = Select<WriteStatus>(News(machine, "a", Applied(snapshot)));
  EXPECT_TRUE(after.at(0).status.pods.at(0).problems.empty());
}

TEST_F(PushHeardTest, ShowsProblemsOnceHoweverOftenThePodIsConnected) {
  PushMachine machine = Make(true);
  const auto snapshot = MakeSnapshot("1");
  machine.Step(PodsSeen{{Running("a")}}, kPushStart);
  Scan(machine, snapshot);
  LinkRuns status = Applied(snapshot);
  status.status.problems = {{.path = "/app/x", .message = "read-only"}};
  for (const size_t shown : {1U, 0U}) {
    News(machine, "a", LinkUp{});
    News(machine, "a", LinkInSync{snapshot});
    EXPECT_EQ(Shown<PathTrouble>(News(machine, "a", status)).size(), shown);
    News(machine, "a", LinkDown{.reason = UnavailableError("x"), .attempt = 1});
  }
}

}  // namespace
}  // namespace hawser::cli
