// The annotation's text, good and bad.
#include "agent/restart_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace hawser::agent {
namespace {

using ::testing::HasSubstr;

TEST(RestartRequestTest, ReadsWhatTheControllerWrites) {
  // controller/plan/restart.cc writes it; its test has the same line.
  const auto request =
      ParseRestartRequest("id=1.8910e6d90315 policy=Container signal=INT grace=1500ms restarts=2");
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_TRUE(request->has_value());
  const wire::RestartOrder expected{
      .id = "1.8910e6d90315",
      .rule = {.policy = wire::RestartPolicy::kContainer, .signal = SIGINT, .grace_ms = 1500}};
  EXPECT_EQ(**request, expected);
}

TEST(RestartRequestTest, NothingIsNoRequest) {
  for (const char* text : {"", " ", "\n"}) {
    const auto request = ParseRestartRequest(text);
    ASSERT_TRUE(request.ok());
    EXPECT_FALSE(request->has_value());
  }
}

TEST(RestartRequestTest, WhatIsLeftOutHasDefaults) {
  const auto request = ParseRestartRequest("id=7\n");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ((*request)->rule, wire::RestartRule{});
}

TEST(RestartRequestTest, RefusesWhatCannotBeActedOn) {
  const struct {
    std::string text;
    const char* word;
  } cases[] = {
      {"policy=Process", "id"},
      {"id=", "id"},
      {"id=<b>1</b>", "id"},
      {"id=" + std::string(65, 'a'), "id"},
      {"id=1 policy=Rollout", "policy"},
      {"id=1 policy=", "policy"},
      {"id=1 signal=STOP", "signal"},
      {"id=1 signal=9", "signal"},
      {"id=1 grace=soon", "grace"},
      {"id=1 grace=2h", "grace"},
      {"id=1 grace=-1s", "grace"},
      {"restart now", "words"},
      {"id=1  policy=Process", "words"},
      {std::string(1 << 20, 'x'), "text"},
  };
  for (const auto& [text, word] : cases) {
    const auto request = ParseRestartRequest(text);
    ASSERT_FALSE(request.ok()) << text.substr(0, 80);
    EXPECT_THAT(request.status().message(), HasSubstr(word)) << text.substr(0, 80);
    EXPECT_LT(request.status().message().size(), 120U);
  }
}

}  // namespace
}  // namespace hawser::agent
