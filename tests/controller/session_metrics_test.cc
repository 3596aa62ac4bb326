// Sessions counted by phase.
#include "controller/session_metrics.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/recorded_metrics.h"

namespace hawser::controller {
namespace {

using nlohmann::json;
using Values = std::map<std::string, double>;

kube::ObjectPtr SessionIn(const std::string& name, const json& status) {
  return std::make_shared<const json>(
      json{{"metadata", {{"namespace", "dev"}, {"name", name}, {"resourceVersion", "1"}}},
           {"status", status}});
}

TEST(SessionMetricsTest, CountsEveryPhase) {
  Caches caches;
  testing::RecordedMetrics metrics;
  caches.sessions.Replace({SessionIn("a", {{"phase", "Ready"}}),
                           SessionIn("b", {{"phase", "Ready"}}),
                           SessionIn("c", {{"phase", "Failed"}}), SessionIn("d", json::object()),
                           SessionIn("e", {{"phase", "of a later version"}})});
  CountSessions(caches, metrics);
  EXPECT_EQ(metrics.Values(), (Values{{"hawser_sessions{phase=Failed}", 1},
                                      {"hawser_sessions{phase=Injecting}", 0},
                                      {"hawser_sessions{phase=Pending}", 0},
                                      {"hawser_sessions{phase=Ready}", 2},
                                      {"hawser_sessions{phase=Restoring}", 0},
                                      {"hawser_sessions{phase=Sleeping}", 0},
                                      {"hawser_sessions{phase=Unknown}", 2}}));
  caches.sessions.Replace({});
  CountSessions(caches, metrics);
  EXPECT_EQ(metrics.Values().at("hawser_sessions{phase=Ready}"), 0);
}

}  // namespace
}  // namespace hawser::controller
