// Policies read from objects, and what is wrong with them by field.
#include "lib/devsession/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hawser::devsession {
namespace {

using nlohmann::json;
using ::testing::StartsWith;

json PolicyObject(json spec) {
  return {{"metadata", {{"name", "p"}, {"namespace", "team"}, {"generation", 2}}},
          {"spec", std::move(spec)}};
}

TEST(PolicyTest, ReadsEveryField) {
  const Policy policy =
      ParsePolicy(PolicyObject({{"maxSessions", 20},
                                {"maxSessionsPerOwner", 3},
                                {"defaultTTL", "12h"},
                                {"maxTTL", "72h"},
                                {"defaultIdle", {{"after", "1h"}, {"action", "Delete"}}},
                                {"allowedTargetLabels", {{"matchLabels", {{"tier", "app"}}}}},
                                {"allowedRegistries", {"registry.example/team"}}}))
          .value();
  EXPECT_EQ(policy.max_sessions, 20U);
  EXPECT_EQ(policy.max_sessions_per_owner, 3U);
  EXPECT_EQ(policy.default_ttl, std::chrono::hours(12));
  EXPECT_EQ(policy.max_ttl, std::chrono::hours(72));
  EXPECT_EQ(policy.default_idle, (Idle{std::chrono::hours(1), "Delete"}));
  EXPECT_TRUE(
      kube::Matches(policy.allowed_target_labels, {{"metadata", {{"labels", {{"tier", "app"}}}}}}));
  EXPECT_FALSE(kube::Matches(policy.allowed_target_labels, {{"metadata", json::object()}}));
}

TEST(PolicyTest, LimitsNothingThatItDoesNotName) {
  EXPECT_EQ(ParsePolicy(PolicyObject(json::object())).value(),
            (Policy{.name = "p", .ns = "team", .generation = 2}));
}

TEST(PolicyTest, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<json, std::string>> wrong = {
      {{{"maxSessions", -1}}, "spec.maxSessions"},
      {{{"maxSessionsPerOwner", "many"}}, "spec.maxSessionsPerOwner"},
      {{{"defaultTTL", "0s"}}, "spec.defaultTTL"},
      {{{"maxTTL", 5}}, "spec.maxTTL"},
      {{{"defaultIdle", json::object()}}, "spec.defaultIdle.after"},
      {{{"defaultIdle", {{"after", "1h"}, {"action", "Run"}}}}, "spec.defaultIdle.action"},
      {{{"allowedTargetLabels",
         {{"matchExpressions", json::array({{{"key", "a"}, {"operator", "Like"}}})}}}},
       "spec.allowedTargetLabels"},
      {{{"allowedRegistries", "registry.example"}}, "spec.allowedRegistries"}};
  for (const auto& [spec, field] : wrong) {
    EXPECT_THAT(ParsePolicy(PolicyObject(spec)).status().message(), StartsWith(field)) << spec;
  }
  EXPECT_THAT(ParsePolicy(json::object()).status().message(), StartsWith("spec"));
}

TEST(PolicyTest, AllowsARegistryAndWhatIsBelowAPlaceInIt) {
  Policy policy;
  EXPECT_TRUE(AllowsImage(policy, "docker.io", "library/nginx"));
  policy.allowed_registries = {"registry.example/team", "quay.io"};
  EXPECT_TRUE(AllowsImage(policy, "registry.example", "team/api"));
  EXPECT_TRUE(AllowsImage(policy, "registry.example", "team"));
  EXPECT_TRUE(AllowsImage(policy, "quay.io", "any/thing"));
  EXPECT_FALSE(AllowsImage(policy, "registry.example", "teammates/api"));
  EXPECT_FALSE(AllowsImage(policy, "registry.example", "other/api"));
  EXPECT_FALSE(AllowsImage(policy, "quay.io.evil.example", "api"));
  EXPECT_FALSE(AllowsImage(policy, "docker.io", "library/nginx"));
}

TEST(PolicyTest, StatusIsReadAsItWasWritten) {
  const PolicyStatus status{.observed_generation = 2,
                            .sessions = 4,
                            .refused = 1,
                            .conditions = {{.type = "Enforced",
                                            .status = "True",
                                            .reason = "Enforced",
                                            .message = "m",
                                            .observed_generation = 2,
                                            .last_transition_time = "2026-01-02T00:00:00Z"}}};
  json object = PolicyObject(json::object());
  object["status"] = PolicyStatusToJson(status);
  EXPECT_EQ(ParsePolicyStatus(object), status);
  EXPECT_EQ(ParsePolicyStatus(PolicyObject(json::object())), PolicyStatus{});
}

}  // namespace
}  // namespace hawser::devsession
