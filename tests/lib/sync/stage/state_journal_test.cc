// What survives in the agent's state file, who may read it while it is written, and what is
// refused.
#include "lib/sync/stage/state_journal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "lib/wire/limits.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/flaky_stream.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

namespace stdfs = std::filesystem;

AgentState SomeState() {
  AgentState state;
  state.last_batch = 41;
  state.configure.generation = 3;
  state.configure.roots = {{"/app", true}, {"/srv", false}};
  state.configure.steps = {{.argv = {"pip", "install"}, .timeout_ms = 1000}, {.argv = {"make"}}};
  state.configure.restart.policy = wire::RestartPolicy::kContainer;
  state.configure.ready_port = 8080;
  state.tree = {{"/app/a", FileEntry("abc", 0755)},
                {"/app/d", DirectoryEntry()},
                {"/app/d/l", SymlinkEntry("../a")}};
  state.removed = {"/app/gone", "/srv/gone"};
  state.steps_due = {0, 1};
  return state;
}

class StateJournalTest : public ::testing::Test {
 protected:
  std::string path() const { return directory_ / "state"; }
  std::string Bytes() const { return directory_.Read("state"); }

  /// The next batch makes these edits.
  Status Step(const TreeEdits& edits) {
    const StateDelta delta{.last_batch = state_.last_batch + 1,
                           .configure = std::nullopt,
                           .steps_due = state_.steps_due,
                           .edits = edits};
    const Status written = journal_.Append(state_, delta, state_.tree.With(edits).digest());
    if (written.ok()) Advance(state_, delta);
    return written;
  }
  /// What a follower that read all steps so far made of them.
  void Catch(StateFollower& follower, AgentState& seen) {
    const Status status = follower.Follow([&](const StateDelta& delta) { Advance(seen, delta); });
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(seen, state_);
    EXPECT_EQ(follower.tree(), state_.tree.digest());
    EXPECT_EQ(follower.last_batch(), state_.last_batch);
  }

  testing::TempDir directory_;
  AgentState state_ = SomeState();
  StateJournal journal_{path()};
};

TEST_F(StateJournalTest, ReadsWhatWasWritten) {
  EXPECT_EQ(LoadAgentState(path()).status().code(), Code::kNotFound);
  for (const AgentState& state : {AgentState{}, SomeState()}) {
    ASSERT_TRUE(journal_.Rewrite(state).ok());
    EXPECT_EQ(LoadAgentState(path()).value(), state);
  }
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
  EXPECT_EQ(std::distance(stdfs::directory_iterator(directory_.path()), {}), 1);
}

TEST_F(StateJournalTest, AppendsWhatAStepHoldsAndNothingElse) {
  TreeEdits many;
  for (int i = 0; i < 5000; ++i) many["/app/" + std::to_string(i)] = FileEntry("x");
  ASSERT_TRUE(Step(many).ok());
  const size_t before = Bytes().size();
  ASSERT_TRUE(Step({{"/app/77", FileEntry("y")}, {"/app/a", std::nullopt}}).ok());
  EXPECT_LT(Bytes().size() - before, 300U);
  EXPECT_EQ(LoadAgentState(path()).value(), state_);
  EXPECT_TRUE(state_.removed.contains("/app/a"));
}

TEST_F(StateJournalTest, RefusesEveryDamageAndDropsAStepThatIsNotWhole) {
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  const AgentState first = state_;
  const size_t whole = Bytes().size();
  ASSERT_TRUE(Step({{"/app/new", FileEntry("new")}}).ok());
  const std::string bytes = Bytes();
  for (size_t size = 0; size < bytes.size(); ++size) {
    directory_.Write("state", bytes.substr(0, size));
    const Result<AgentState> state = LoadAgentState(path());
    ASSERT_EQ(state.ok(), size >= whole) << size;
    if (state.ok())
      EXPECT_EQ(*state, first);
    else
      EXPECT_EQ(state.status().code(), Code::kDataLoss);
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    directory_.Write("state", damaged);
    const Result<AgentState> state = LoadAgentState(path());
    // A length that points beyond the end reads as a step whose rest did not arrive.
    if (state.ok())
      EXPECT_EQ(*state, first) << at;
    else
      EXPECT_EQ(state.status().code(), Code::kDataLoss) << at;
  }
}

TEST_F(StateJournalTest, RefusesPathsThatAreNotPathsThoughTheChecksumHolds) {
  for (const std::string path : {"relative", "/app/../etc", "/app/", "/"}) {
    for (const std::optional<Entry>& entry :
         {std::optional<Entry>(), std::optional(FileEntry(""))}) {
      StateRecord record{.delta = {.last_batch = 1, .edits = {{path, entry}}}, .commits = true};
      Digest check;
      const std::string frame = EncodeRecord(record, check).value();
      const auto found = FindFrame(frame, {}).value();
      ASSERT_TRUE(found.has_value());
      EXPECT_EQ(DecodeRecord(found->payload).status().code(), Code::kDataLoss) << path;
    }
  }
}

TEST_F(StateJournalTest, RefusesAStepOutOfItsPlace) {
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  const std::string first = Bytes();
  ASSERT_TRUE(Step({{"/app/b", FileEntry("1")}}).ok());
  const std::string second = Bytes().substr(first.size());
  ASSERT_TRUE(Step({{"/app/b", FileEntry("2")}}).ok());
  const std::string third = Bytes().substr(first.size() + second.size());
  directory_.Write("state", first + third);
  EXPECT_EQ(LoadAgentState(path()).status().code(), Code::kDataLoss);
  directory_.Write("state", first + second + second + third);
  EXPECT_EQ(LoadAgentState(path()).status().code(), Code::kDataLoss);
}

TEST_F(StateJournalTest, ForgetsStepsThatTheConfigurationNoLongerHas) {
  state_.configure.steps.pop_back();
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  EXPECT_EQ(LoadAgentState(path()).value().steps_due, std::vector<uint32_t>{0});
}

TEST_F(StateJournalTest, KeepsTheFileWhenAStepCanNotBeWritten) {
  ASSERT_TRUE(Step({{"/app/b", FileEntry("1")}}).ok());
  TreeEdits edits;  // several records, the last of which is refused
  for (int i = 0; i < 2500; ++i) edits["/app/" + std::to_string(i)] = FileEntry("x");
  edits["/z" + std::string(wire::kMaxPath, 'x')] = std::nullopt;
  EXPECT_FALSE(Step(edits).ok());
  EXPECT_EQ(LoadAgentState(path()).value(), state_);
  ASSERT_TRUE(Step({{"/app/c", FileEntry("2")}}).ok());
  EXPECT_EQ(LoadAgentState(path()).value(), state_);
}

TEST_F(StateJournalTest, LetsAFollowerGoOnWhenTheFileIsWrittenAnew) {
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  StateFollower follower(path());
  AgentState seen;
  Catch(follower, seen);
  for (const int steps : {0, 1, 3}) {
    for (int i = 0; i < steps; ++i) {
      ASSERT_TRUE(Step({{"/app/" + std::to_string(i), FileEntry(std::to_string(steps))}}).ok());
    }
    ASSERT_TRUE(journal_.Rewrite(state_).ok());
    for (int i = 0; i < steps; ++i) {
      ASSERT_TRUE(Step({{"/app/" + std::to_string(i), std::nullopt}}).ok());
    }
    Catch(follower, seen);
  }
}

TEST_F(StateJournalTest, TellsAFollowerOfAFileThatBeginsFromAnotherTree) {
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  StateFollower follower(path());
  AgentState seen;
  Catch(follower, seen);
  state_.tree.Put("/app/unseen", FileEntry(""));
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  EXPECT_EQ(follower.Follow([](const StateDelta&) { FAIL(); }).code(), Code::kAborted);
}

TEST_F(StateJournalTest, HidesAStepFromAFollowerUntilAllOfItIsThere) {
  ASSERT_TRUE(journal_.Rewrite(state_).ok());
  StateFollower follower(path());
  AgentState seen;
  Catch(follower, seen);
  const AgentState before = seen;
  const std::string start = Bytes();
  TreeEdits edits;
  for (int i = 0; i < 2500; ++i) edits["/app/" + std::to_string(i)] = FileEntry("x");
  ASSERT_TRUE(Step(edits).ok());
  const std::string all = Bytes();
  for (size_t size = start.size(); size < all.size(); size += 50000) {
    stdfs::resize_file(path(), start.size());
    std::ofstream(path(), std::ios::binary | std::ios::app)
        << all.substr(start.size(), size - start.size());
    ASSERT_TRUE(follower.Follow([&](const StateDelta& delta) { Advance(seen, delta); }).ok());
    ASSERT_EQ(seen, before) << size;
  }
  std::ofstream(path(), std::ios::binary | std::ios::trunc) << all;
  Catch(follower, seen);
}

TEST_F(StateJournalTest, StaysInProportionToTheStateOverManySteps) {
  std::mt19937_64 random(testing::TestSeed());
  StateFollower follower(path());
  AgentState seen;
  const std::string target(2000, 't');
  for (int i = 0; i < 4000; ++i) {
    ASSERT_TRUE(
        Step({{"/app/" + std::to_string(random() % 20), SymlinkEntry(target + std::to_string(i))}})
            .ok());
    if (i % 100 == 0) Catch(follower, seen);
    ASSERT_LT(stdfs::file_size(path()), 3U << 20) << i;
  }
  Catch(follower, seen);
  EXPECT_EQ(LoadAgentState(path()).value(), state_);
}

}  // namespace
}  // namespace hawser::sync
