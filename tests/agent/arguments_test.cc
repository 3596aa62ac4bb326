// Command lines and what they mean.
#include "agent/arguments.h"

#include <gtest/gtest.h>

namespace hawser::agent {
namespace {

using std::chrono::seconds;
using Words = std::vector<std::string>;

TEST(ArgumentsTest, ReadsTheSidecarsCommandLine) {
  ::setenv("POD_NAME", "api-1", 1);
  const Command command =
      ParseArguments({"serve", "--session", "team/api", "--dir", "/volume", "--keys", "/keys",
                      "--listen", "[::1]:7", "--log-format", "json"});
  const auto& serve = std::get<ServeArguments>(command);
  EXPECT_EQ(serve.session, "team/api");
  EXPECT_EQ(serve.volume.State(), "/volume/state");
  EXPECT_EQ(serve.keys, "/keys");
  EXPECT_EQ(serve.address, "::1");
  EXPECT_EQ(serve.port, 7);
  EXPECT_EQ(serve.pod, "api-1");
  EXPECT_EQ(serve.log_format, log::Format::kJson);
}

TEST(ArgumentsTest, ReadsThePodsAddressOfEitherFamily) {
  for (const auto& [text, address] :
       {std::pair{"10.244.0.7:40100", "10.244.0.7"}, std::pair{"fd00::7:40100", "fd00::7"},
        std::pair{"[fd00::7]:40100", "fd00::7"}}) {
    const auto serve =
        std::get<ServeArguments>(ParseArguments({"serve", "--session", "a/b", "--direct", text}));
    EXPECT_EQ(serve.direct_address, address);
    EXPECT_EQ(serve.direct_port, 40100);
    EXPECT_EQ(serve.address, "127.0.0.1");
  }
}

TEST(ArgumentsTest, HasTheDefaultsOfTheContract) {
  const auto serve = std::get<ServeArguments>(ParseArguments({"serve", "--session", "a/b"}));
  EXPECT_EQ(serve.volume.dir, "/.hawser");
  EXPECT_EQ(serve.keys, "/.hawser-keys");
  EXPECT_EQ(serve.address, "127.0.0.1");
  EXPECT_EQ(serve.port, 40100);
  EXPECT_EQ(serve.direct_address, "") << "loopback alone";
  EXPECT_FALSE(serve.reverse);
  EXPECT_TRUE(
      std::get<ServeArguments>(ParseArguments({"serve", "--session", "a/b", "--reverse"})).reverse);
  const auto supervise = std::get<SuperviseArguments>(ParseArguments({"supervise", "--", "app"}));
  EXPECT_FALSE(supervise.wait_for_sync);
  EXPECT_EQ(supervise.sync_wait, seconds(30));
  EXPECT_EQ(supervise.container_root, "/");
}

TEST(ArgumentsTest, LeavesTheEntrypointUntouched) {
  const auto supervise = std::get<SuperviseArguments>(
      ParseArguments({"supervise", "--start", "wait", "--sync-wait", "5m", "--", "python3", "-m",
                      "app", "--help", "--", "--dir", "x"}));
  EXPECT_TRUE(supervise.wait_for_sync);
  EXPECT_EQ(supervise.sync_wait, std::chrono::minutes(5));
  EXPECT_EQ(supervise.volume.dir, "/.hawser");
  EXPECT_EQ(supervise.entrypoint, (Words{"python3", "-m", "app", "--help", "--", "--dir", "x"}));
}

TEST(ArgumentsTest, ReadsTheSmallCommands) {
  EXPECT_EQ(std::get<InstallArguments>(ParseArguments({"install", "/d"})).directory, "/d");
  EXPECT_FALSE(std::get<ProbeArguments>(ParseArguments({"probe"})).supervisor);
  EXPECT_TRUE(std::get<ProbeArguments>(ParseArguments({"probe", "--supervisor"})).supervisor);
  EXPECT_FALSE(std::get<VersionArguments>(ParseArguments({"version"})).json);
  EXPECT_TRUE(std::get<VersionArguments>(ParseArguments({"version", "-o", "json"})).json);
}

TEST(ArgumentsTest, RefusesWhatItDoesNotUnderstand) {
  const Words lines[] = {{},
                         {"unknown"},
                         {"serve"},
                         {"serve", "--session", "a/b", "--listen", "40100"},
                         {"serve", "--session", "a/b", "--listen", "127.0.0.1:"},
                         {"serve", "--session", "a/b", "--listen", "127.0.0.1:65536"},
                         {"serve", "--session", "a/b", "--listen", "127.0.0.1:1x"},
                         {"serve", "--session", "a/b", "--direct", "10.0.0.1"},
                         {"serve", "--session", "a/b", "--", "app"},
                         {"serve", "--session", "a/b", "--log-format", "xml"},
                         {"supervise"},
                         {"supervise", "--"},
                         {"supervise", "app"},
                         {"supervise", "--start", "later", "--", "app"},
                         {"supervise", "--sync-wait", "long", "--", "app"},
                         {"install"},
                         {"probe", "extra"}};
  for (const Words& line : lines) {
    const Command command = ParseArguments(line);
    const auto* exit = std::get_if<ExitNow>(&command);
    ASSERT_NE(exit, nullptr) << ::testing::PrintToString(line);
    EXPECT_EQ(exit->code, 2) << ::testing::PrintToString(line);
    EXPECT_EQ(exit->output, "");
    EXPECT_NE(exit->trouble, "") << ::testing::PrintToString(line);
    EXPECT_EQ(exit->trouble.back(), '\n');
  }
}

TEST(ArgumentsTest, HelpsWhenAsked) {
  for (const Words& line : {Words{"--help"}, Words{"supervise", "--help"}}) {
    const auto exit = std::get<ExitNow>(ParseArguments(line));
    EXPECT_EQ(exit.code, 0);
    EXPECT_NE(exit.output.find("supervise"), std::string::npos);
    EXPECT_EQ(exit.trouble, "");
  }
}

}  // namespace
}  // namespace hawser::agent
