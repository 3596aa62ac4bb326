// The controller's flags.
#include "controller/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hawser::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ParsedArguments Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "hawser-controller");
  return ParseArguments(static_cast<int>(arguments.size()), arguments.data());
}

TEST(ArgumentsTest, NeedsTheAgentsImageAlone) {
  const ParsedArguments parsed = Parse({"--agent-image", "agent:1"});
  ASSERT_TRUE(parsed.run);
  EXPECT_EQ(parsed.arguments.agent_image, "agent:1");
  EXPECT_EQ(parsed.arguments.log_format, log::Format::kText);
  EXPECT_EQ(parsed.arguments.health_port, 8081);
  EXPECT_EQ(parsed.arguments.ns, "");
  EXPECT_TRUE(parsed.arguments.direct_path);
}

TEST(ArgumentsTest, ReadsEveryFlag) {
  const ParsedArguments parsed = Parse(
      {"--agent-image=agent:1", "--insecure-registry=a:5000", "--insecure-registry=b:5000",
       "--log-format=json", "--log-level=debug", "--health-port=0", "--workers=4",
       "--kubeconfig=/k", "--direct-path=false", "--namespace=team", "--lease=system/controller"});
  ASSERT_TRUE(parsed.run);
  EXPECT_THAT(parsed.arguments.insecure_registries, ElementsAre("a:5000", "b:5000"));
  EXPECT_EQ(parsed.arguments.log_format, log::Format::kJson);
  EXPECT_EQ(parsed.arguments.log_level, log::Level::kDebug);
  EXPECT_EQ(parsed.arguments.workers, 4);
  EXPECT_FALSE(parsed.arguments.direct_path);
  EXPECT_EQ(parsed.arguments.kubeconfig, "/k");
  EXPECT_EQ(parsed.arguments.ns, "team");
  EXPECT_EQ(parsed.arguments.lease, (kube::ObjectKey{"system", "controller"}));
}

TEST(ArgumentsTest, LeavesWithAFailureWhenAFlagIsWrong) {
  for (const std::vector<const char*>& wrong :
       std::vector<std::vector<const char*>>{{},
                                             {"--agent-image=a", "--workers=0"},
                                             {"--agent-image=a", "--health-port=70000"},
                                             {"--agent-image=a", "--log-level=loud"},
                                             {"--agent-image=a", "--lease=nowhere"},
                                             {"--agent-image=a", "--no-such-flag"}}) {
    ::testing::internal::CaptureStderr();
    const ParsedArguments parsed = Parse(wrong);
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("--"));
    EXPECT_FALSE(parsed.run);
    EXPECT_NE(parsed.exit_code, 0);
  }
}

TEST(ArgumentsTest, LeavesInGoodOrderAfterHelpAndVersion) {
  for (const char* flag : {"--help", "--version"}) {
    ::testing::internal::CaptureStdout();
    const ParsedArguments parsed = Parse({flag});
    EXPECT_NE(::testing::internal::GetCapturedStdout(), "");
    EXPECT_FALSE(parsed.run);
    EXPECT_EQ(parsed.exit_code, 0);
  }
}

}  // namespace
}  // namespace hawser::controller
