// What survives in the agent's state file, and what is refused.
#include "lib/sync/agent_state.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "lib/wire/limits.h"
#include "tests/lib/sync/entries.h"
#include "tests/support/temp_dir.h"

namespace hawser::sync {
namespace {

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

TEST(AgentStateTest, DecodesWhatWasEncoded) {
  for (const AgentState& state : {AgentState{}, SomeState()}) {
    EXPECT_EQ(DecodeAgentState(EncodeAgentState(state).value()).value(), state);
  }
}

TEST(AgentStateTest, RefusesEveryDamage) {
  const std::string bytes = EncodeAgentState(SomeState()).value();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(DecodeAgentState(bytes.substr(0, size)).status().code(), Code::kDataLoss) << size;
  }
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    EXPECT_EQ(DecodeAgentState(damaged).status().code(), Code::kDataLoss) << at;
  }
  EXPECT_EQ(DecodeAgentState(bytes + "x").status().code(), Code::kDataLoss);
}

TEST(AgentStateTest, RefusesPathsThatAreNotPathsThoughTheChecksumHolds) {
  for (const std::string path : {"relative", "/app/../etc", "/app/", "/"}) {
    AgentState state = SomeState();
    state.removed = {path};
    EXPECT_EQ(DecodeAgentState(EncodeAgentState(state).value()).status().code(), Code::kDataLoss)
        << path;
    state = SomeState();
    state.tree[path] = FileEntry("x");
    EXPECT_EQ(DecodeAgentState(EncodeAgentState(state).value()).status().code(), Code::kDataLoss)
        << path;
  }
}

TEST(AgentStateTest, ForgetsStepsThatTheConfigurationNoLongerHas) {
  AgentState state = SomeState();
  state.configure.steps.pop_back();
  EXPECT_EQ(DecodeAgentState(EncodeAgentState(state).value()).value().steps_due,
            std::vector<uint32_t>{0});
}

TEST(AgentStateTest, ReplacesTheFileForAnyReader) {
  const testing::TempDir directory;
  EXPECT_EQ(LoadAgentState(directory / "state").status().code(), Code::kNotFound);
  ASSERT_TRUE(SaveAgentState(directory / "state", {}).ok());
  ASSERT_TRUE(SaveAgentState(directory / "state", SomeState()).ok());
  EXPECT_EQ(LoadAgentState(directory / "state").value(), SomeState());
  struct stat info {};
  ASSERT_EQ(::stat((directory / "state").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST(AgentStateTest, KeepsTheFileWhenTheStateCanNotBeWritten) {
  const testing::TempDir directory;
  ASSERT_TRUE(SaveAgentState(directory / "state", SomeState()).ok());
  AgentState state = SomeState();
  state.removed = {"/" + std::string(wire::kMaxPath, 'x')};
  EXPECT_FALSE(EncodeAgentState(state).ok());
  EXPECT_FALSE(SaveAgentState(directory / "state", state).ok());
  EXPECT_EQ(LoadAgentState(directory / "state").value(), SomeState());
}

}  // namespace
}  // namespace hawser::sync
