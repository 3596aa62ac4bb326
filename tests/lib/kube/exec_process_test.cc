// Credential plugins as real child processes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "lib/base/unique_fd.h"
#include "lib/kube/exec_plugin.h"
#include "tests/support/temp_dir.h"

namespace hawser::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kApiVersion[] = "client.authentication.k8s.io/v1";

ExecPlugin Shell(const std::string& script) {
  return {.api_version = kApiVersion, .command = "sh", .args = {"-c", script}};
}

/// Puts /dev/null or a new terminal in the place of our standard input while it lives.
class StandardInput {
 public:
  explicit StandardInput(bool terminal) : ours_(::dup(STDIN_FILENO)) {
    if (terminal) {
      master_.Reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
      EXPECT_EQ(::grantpt(master_.get()), 0);
      EXPECT_EQ(::unlockpt(master_.get()), 0);
    }
    const UniqueFd input(
        ::open(terminal ? ::ptsname(master_.get()) : "/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC));
    EXPECT_EQ(::dup2(input.get(), STDIN_FILENO), STDIN_FILENO);
  }
  ~StandardInput() { ::dup2(ours_.get(), STDIN_FILENO); }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  const UniqueFd ours_;
  UniqueFd master_;
};

class ExecProcessTest : public ::testing::Test {
 protected:
  static void ExpectFailure(const ExecPlugin& plugin, Code code, const std::string& words) {
    const Status status = RunExecPlugin(plugin).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_NE(status.message().find("credential plugin " + plugin.command), std::string::npos)
        << status;
    EXPECT_NE(status.message().find(words), std::string::npos) << status;
  }

  const StandardInput no_terminal_{false};
};

TEST_F(ExecProcessTest, ReturnsWhatThePluginPrints) {
  EXPECT_EQ(*RunExecPlugin(Shell("printf 'one\ntwo'")), "one\ntwo");
  EXPECT_EQ(*RunExecPlugin(Shell(":")), "");
}

TEST_F(ExecProcessTest, PassesArgumentsAndEnvironment) {
  ::setenv("HAWSER_TEST_OURS", "ours", 1);
  ::setenv("HAWSER_TEST_BOTH", "ours", 1);
  ExecPlugin plugin = Shell("printf '%s|' \"$0\" \"$1\" $HAWSER_TEST_OURS $HAWSER_TEST_BOTH");
  plugin.args.insert(plugin.args.end(), {"a b", "$c"});
  plugin.env = {{"HAWSER_TEST_BOTH", "plugin's"}};
  EXPECT_EQ(*RunExecPlugin(plugin), "a b|$c|ours|plugin's|");
  ::unsetenv("HAWSER_TEST_OURS");
  ::unsetenv("HAWSER_TEST_BOTH");
}

TEST_F(ExecProcessTest, TellsThePluginAboutTheCluster) {
  ExecPlugin plugin = Shell("printf %s \"$KUBERNETES_EXEC_INFO\"");
  plugin.cluster_info = R"({"server":"https://api.example"})";
  const auto info = nlohmann::json::parse(*RunExecPlugin(plugin), nullptr, false);
  const nlohmann::json expected = {
      {"kind", "ExecCredential"},
      {"apiVersion", kApiVersion},
      {"spec", {{"interactive", false}, {"cluster", {{"server", "https://api.example"}}}}}};
  EXPECT_EQ(info, expected);
}

TEST_F(ExecProcessTest, GivesNoInputWithoutATerminal) {
  EXPECT_EQ(*RunExecPlugin(Shell("cat; echo end")), "end\n");
}

TEST_F(ExecProcessTest, SaysHowThePluginFailed) {
  ExpectFailure(Shell("echo never shown; exit 3"), Code::kUnauthenticated, "exit code 3");
  ExpectFailure(Shell("kill -KILL $$"), Code::kUnauthenticated, "signal 9");
}

TEST_F(ExecProcessTest, LeavesThePluginsMessagesOnStandardError) {
  ::testing::internal::CaptureStderr();
  EXPECT_FALSE(RunExecPlugin(Shell("echo please log in >&2; exit 1")).ok());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "please log in\n");
}

TEST_F(ExecProcessTest, ShowsTheInstallHintOfAMissingProgram) {
  ExecPlugin plugin{.api_version = kApiVersion, .command = "hawser-test-no-such-plugin"};
  ExpectFailure(plugin, Code::kNotFound, "not installed");
  plugin.install_hint = "get it from https://example.com";
  ExpectFailure(plugin, Code::kNotFound, "not installed; get it from https://example.com");
}

TEST_F(ExecProcessTest, SaysWhyAProgramCannotBeRun) {
  const testing::TempDir dir;
  ExpectFailure({.api_version = kApiVersion, .command = dir.Write("plugin", "#!/bin/sh\n")},
                Code::kPermissionDenied, "running it");
}

TEST_F(ExecProcessTest, RefusesEndlessOutput) {
  ExpectFailure(Shell("yes"), Code::kInvalidArgument, "more than 1 MiB");
}

TEST_F(ExecProcessTest, KillsAPluginThatTakesTooLong) {
  const testing::TempDir dir;
  const std::string script = "echo $$ > " + dir / "pid" + "; exec ";
  for (const std::string hang : {"sleep 1000", "sleep 1000 >&-"}) {
    const Status status =
        RunExecPlugin(Shell(script + hang), {.alone = milliseconds(500)}).status();
    EXPECT_EQ(status.code(), Code::kDeadlineExceeded) << status;
    EXPECT_EQ(::kill(std::stoi(dir.Read("pid")), 0), -1) << hang;
  }
}

TEST_F(ExecProcessTest, DoesNotWaitForWhatThePluginLeavesRunning) {
  const Result<std::string> output =
      RunExecPlugin(Shell("sleep 1000 & echo $!"), {.alone = seconds(60)});
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_EQ(::kill(std::stoi(*output), SIGKILL), 0);
}

TEST_F(ExecProcessTest, StartsWithoutOurSignalSettings) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  ExpectFailure(Shell("kill -TERM $$; sleep 1000"), Code::kUnauthenticated, "signal 15");
  ExpectFailure(Shell("kill -PIPE $$; sleep 1000"), Code::kUnauthenticated, "signal 13");
  std::signal(SIGPIPE, pipe_before);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

std::string Asked(const ExecPlugin& plugin) {
  const auto info = nlohmann::json::parse(*RunExecPlugin(plugin), nullptr, false);
  return info["spec"]["interactive"].dump();
}

TEST_F(ExecProcessTest, AsksTheUserWhereItMayAndCan) {
  ExecPlugin plugin = Shell("printf %s \"$KUBERNETES_EXEC_INFO\"");
  EXPECT_EQ(Asked(plugin), "false");
  const StandardInput terminal(true);
  EXPECT_EQ(Asked(plugin), "true");
  plugin.interactive_mode = "Always";
  EXPECT_EQ(Asked(plugin), "true");
  plugin.interactive_mode = "Never";
  EXPECT_EQ(Asked(plugin), "false");
  EXPECT_EQ(*RunExecPlugin({.api_version = kApiVersion,
                            .command = "sh",
                            .args = {"-c", "test -t 0 && echo terminal || echo none"},
                            .interactive_mode = "Never"}),
            "none\n");
}

TEST_F(ExecProcessTest, NeedsATerminalThatIsThere) {
  ExecPlugin plugin = Shell("echo ran");
  plugin.interactive_mode = "Always";
  ExpectFailure(plugin, Code::kFailedPrecondition, "needs a terminal");
}

}  // namespace
}  // namespace hawser::kube
