// The JSON that programs read: one object per line, with the fields of docs/cli.md.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "local-cli/render/renderer.h"
#include "tests/support/fake_clock.h"

namespace hawser::cli {
namespace {

template <typename Shown>
nlohmann::json Render(const Shown& shown) {
  const testing::FakeClock clock;
  std::ostringstream out;
  MakeJsonRenderer(out, clock)->Show(shown);
  EXPECT_EQ(out.str().find('\n'), out.str().size() - 1) << "not one line: " << out.str();
  return nlohmann::json::parse(out.str());
}

TEST(JsonRendererTest, WritesABatchWithItsPodsAndTheTime) {
  const Event event = BatchDone{
      .paths = {"a.py"},
      .files = 1,
      .pods = {{.pod = "p", .batch = 4, .bytes = 70, .total = std::chrono::microseconds(1500)}}};
  EXPECT_EQ(Render(event), nlohmann::json::parse(R"({
      "event": "batch", "paths": ["a.py"], "files": 1, "removals": 0,
      "time": "2026-01-02T03:04:05Z",
      "pods": [{"pod": "p", "batch": 4, "bytes": 70, "totalMs": 1.5, "outcome": "applied"}]})"));
}

TEST(JsonRendererTest, NamesEveryEvent) {
  const std::pair<Event, std::string> cases[] = {
      {WorkspaceRead{}, "workspace"},
      {PodConnected{}, "connected"},
      {PodLost{.pod = "p", .reason = UnavailableError("x")}, "lost"},
      {PodGone{}, "gone"},
      {PodInSync{}, "inSync"},
      {BatchTimeline{}, "timeline"},
      {StepText{}, "stepOutput"},
      {StepFailed{}, "stepFailed"},
      {PathTrouble{}, "problem"},
      {PathSkipped{}, "skipped"},
      {RemovalsHeld{}, "held"},
      {PortForwarded{}, "forwarding"},
      {PortReversed{}, "forwarding"},
      {PortClosed{}, "forwardingEnded"},
      {ConnectionOpened{}, "connection"},
      {ConnectionClosed{}, "connectionEnded"},
      {Notice{}, "notice"},
      {Warning{}, "warning"}};
  for (const auto& [event, name] : cases) EXPECT_EQ(Render(event)["event"], name);
}

TEST(JsonRendererTest, WritesForwardedPortsAndTheirConnections) {
  PortForwarded port{
      .name = "http", .addresses = {"::1"}, .local = 8081, .remote = 80, .wanted = 8080};
  nlohmann::json expected = {{"event", "forwarding"}, {"name", "http"}, {"addresses", {"::1"}},
                             {"local", 8081},         {"remote", 80},   {"wanted", 8080}};
  expected["time"] = "2026-01-02T03:04:05Z";
  EXPECT_EQ(Render(Event(port)), expected);
  port.wanted = port.local;
  expected.erase("wanted");
  EXPECT_EQ(Render(Event(port)), expected);
  const ConnectionClosed closed{.connection = 2,
                                .name = "http",
                                .pod = "a",
                                .up = 3,
                                .down = 5,
                                .lasted = std::chrono::milliseconds(7),
                                .error = "cut"};
  expected = {{"event", "connectionEnded"},
              {"connection", 2},
              {"name", "http"},
              {"pod", "a"},
              {"sent", 3},
              {"received", 5},
              {"ms", 7.0},
              {"message", "cut"}};
  expected["time"] = "2026-01-02T03:04:05Z";
  EXPECT_EQ(Render(Event(closed)), expected);
}

TEST(JsonRendererTest, WritesPortsThatLeadBackAndTheirConnections) {
  const auto with_time = [](nlohmann::json object) {
    object["time"] = "2026-01-02T03:04:05Z";
    return object;
  };
  EXPECT_EQ(Render(Event(PortReversed{.pod = "a", .remote = 5432, .target = "localhost:5433"})),
            with_time({{"event", "forwarding"},
                       {"direction", "reverse"},
                       {"pod", "a"},
                       {"remote", 5432},
                       {"target", "localhost:5433"}}));
  EXPECT_EQ(
      Render(Event(ConnectionOpened{
          .connection = 1, .name = "5432", .pod = "a", .from = "localhost:5433", .reverse = true})),
      with_time({{"event", "connection"},
                 {"direction", "reverse"},
                 {"connection", 1},
                 {"name", "5432"},
                 {"pod", "a"},
                 {"target", "localhost:5433"}}));
  EXPECT_EQ(Render(Event(ConnectionClosed{.reverse = true}))["direction"], "reverse");
  EXPECT_FALSE(Render(Event(ConnectionClosed{})).contains("direction"));
}

TEST(JsonRendererTest, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Render(Event(StepText{.pod = "p", .bytes = "a\xff"}))["text"], "a\xef\xbf\xbd");
}

TEST(JsonRendererTest, WritesReports) {
  EXPECT_EQ(Render(RestartReport{{{.pod = "a", .pid = 12}, {.pod = "b", .error = "late"}}}),
            nlohmann::json::parse(R"({"pods": [{"pod": "a", "pid": 12},
                                               {"pod": "b", "error": "late"}]})"));
  EXPECT_EQ(Render(DoctorReport{{{.name = "cluster", .ok = true, .found = "v1"}}}),
            nlohmann::json::parse(R"({"checks": [{"name": "cluster", "ok": true, "found": "v1",
                                                  "remedy": ""}]})"));
  EXPECT_EQ(Render(VersionReport{.client = "0.1.0", .cluster_error = "none"}),
            nlohmann::json::parse(R"({"client": "0.1.0", "clusterError": "none"})"));
}

}  // namespace
}  // namespace hawser::cli
