// The programs as they are installed: hawser, and hawser-cluster beside it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "lib/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {
namespace {

/// How a command ended, and what it printed on both outputs.
struct ProgramEnd {
  int exit_code = -1;
  std::string text;
};

ProgramEnd Shell(const std::string& command) {
  ProgramEnd outcome;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer;
  for (size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.text.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

class HawserProgramTest : public ::testing::Test {
 protected:
  static ProgramEnd Hawser(const std::string& arguments) {
    return Shell(HAWSER_BIN_DIR "/hawser " + arguments);
  }
  /// Runs a copy of hawser that stands alone.
  ProgramEnd Alone(const std::string& arguments) {
    std::filesystem::copy_file(HAWSER_BIN_DIR "/hawser", folder_ / "hawser",
                               std::filesystem::copy_options::overwrite_existing);
    return Shell(folder_ / "hawser " + arguments);
  }

  TempDir folder_;
};

TEST_F(HawserProgramTest, RunsStarlarkByItself) {
  const ProgramEnd outcome = Alone("starlark -c 'print(1 << 100)'");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.text, "1267650600228229401496703205376\n");
}

TEST_F(HawserProgramTest, NamesTheProgramThatIsMissing) {
  const ProgramEnd outcome = Alone("status");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.text, "error: cannot run " + folder_ / "hawser-cluster" +
                              ", which belongs beside hawser: No such file or directory\n");
}

TEST_F(HawserProgramTest, HelpIsOne) {
  const ProgramEnd help = Hawser("--help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_NE(help.text.find("push"), std::string::npos) << help.text;
  EXPECT_NE(help.text.find("starlark"), std::string::npos) << help.text;
  const ProgramEnd starlark = Hawser("help starlark");
  EXPECT_EQ(starlark.exit_code, 0);
  EXPECT_NE(starlark.text.find("--max-steps"), std::string::npos) << starlark.text;
  EXPECT_EQ(Hawser("starlark --help").text, starlark.text);
}

TEST_F(HawserProgramTest, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Hawser("frobnicate").text,
            "error: there is no command 'frobnicate'; see 'hawser --help'\n");
  EXPECT_EQ(Hawser("frobnicate").exit_code, 2);
  const ProgramEnd outcome = Hawser("starlark --frobnicate");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.text.find("see 'hawser starlark --help'"), std::string::npos) << outcome.text;
}

TEST_F(HawserProgramTest, EndsQuietlyWhenNobodyReadsWhatItPrints) {
  for (const std::string command : {"doctor", "version", "doctor -o json", "--help"}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    ::close(ends[0]);
    const UniqueFd unread(ends[1]);
    const std::string err = folder_ / "err";
    const std::string line = "cd " + folder_.path().string() + "; KUBECONFIG=none exec " +
                             HAWSER_BIN_DIR "/hawser " + command + " 2> " + err;
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(unread.get(), STDOUT_FILENO);
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    const int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    EXPECT_EQ(code, 141) << command;
    EXPECT_EQ(folder_.Read("err"), "") << command;
  }
}

TEST_F(HawserProgramTest, TakesGlobalFlagsBeforeStarlark) {
  EXPECT_EQ(Hawser("-v starlark -c 'print(2)'").text, "2\n");
}

}  // namespace
}  // namespace hawser::testing
