// The text that people see, line by line.
#include <gtest/gtest.h>

#include <sstream>

#include "local-cli/render/renderer.h"
#include "local-cli/render/text_events.h"
#include "local-cli/render/words.h"

namespace hawser::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

template <typename Shown>
std::string RenderText(const Shown& shown, TextStyle style = {}) {
  std::ostringstream out;
  std::ostringstream err;
  MakeTextRenderer(out, err, style)->Show(shown);
  return out.str() + err.str();
}

BatchDone TwoPods() {
  return {.paths = {"src/app.py"},
          .files = 1,
          .pods = {{.pod = "api-1", .batch = 3, .bytes = 70, .total = milliseconds(8)},
                   {.pod = "api-2", .batch = 3, .bytes = 70, .total = microseconds(12340)}}};
}

TEST(TextRendererTest, ShowsEachEventOnOneLine) {
  const struct {
    Event event;
    std::string expected;
  } cases[] = {
      {WorkspaceRead{.directory = "/w", .files = 1}, "workspace /w: 1 file\n"},
      {PodConnected{.pod = "a", .agent_version = "0.1.0"},
       "a: connected through the API server (agent 0.1.0)\n"},
      {PodConnected{.pod = "a", .agent_version = "0.1.0", .again = true, .direct = true},
       "a: connected again directly (agent 0.1.0)\n"},
      {PodLost{.pod = "a", .reason = UnavailableError("no route")},
       "a: not connected, trying again: no route\n"},
      {PodGone{.pod = "a"}, "a: gone\n"},
      {PodInSync{.pod = "a", .tree = std::string(64, 'e')}, "a: up to date (tree eeeeeeeeeeee)\n"},
      {TwoPods(), "applied src/app.py: 1 file, 70 B, 12.3 ms, 2 pods, slowest api-2\n"},
      {BatchDone{.paths = {"a", "b"},
                 .files = 3,
                 .removals = 1,
                 .pods = {{.pod = "p", .bytes = 70, .total = milliseconds(1)}}},
       "applied a, b and 2 more: 3 files, 1 removal, 70 B, 1.0 ms\n"},
      {BatchTimeline{
           .pod = "p",
           .batch = 1,
           .phases = {{.phase = "seen"}, {.phase = "sent", .since_seen = microseconds(1500)}}},
       "  timeline (ms)  seen 0.0  sent 1.5\n"},
      {StepFailed{.pod = "a", .command = "npm install", .result = {.exit_code = 7}},
       "a: step failed: npm install: exit code 7\n"},
      {StepFailed{.pod = "a", .command = "make", .result = {.timed_out = true}},
       "a: step failed: make: took longer than its timeout\n"},
      {PathSkipped{.path = "fifo", .message = "not a file"}, "skipped fifo: not a file\n"},
      {PortForwarded{.name = "http",
                     .addresses = {"127.0.0.1", "::1"},
                     .local = 8080,
                     .remote = 80,
                     .wanted = 8080},
       "forwarding 127.0.0.1:8080 and [::1]:8080 to http (80)\n"},
      {PortForwarded{.name = "80",
                     .addresses = {"127.0.0.1"},
                     .local = 8081,
                     .remote = 80,
                     .wanted = 8080,
                     .taken_by = "nginx (process 7)"},
       "port 8080 is taken by nginx (process 7): forwarding 127.0.0.1:8081 to port 80\n"},
      {PortClosed{.name = "http", .local = 8080},
       "port 8080 closed: the session does not name http any more\n"},
      {ConnectionOpened{.connection = 1, .name = "http", .pod = "a", .from = "127.0.0.1:9"},
       "connection 1: 127.0.0.1:9 -> a http\n"},
      {PortReversed{.pod = "a", .remote = 5432, .target = "localhost:5433"},
       "a: port 5432 leads to localhost:5433 here\n"},
      {ConnectionOpened{
           .connection = 1, .name = "5432", .pod = "a", .from = "localhost:5433", .reverse = true},
       "connection 1: a 5432 -> localhost:5433\n"},
      {ConnectionClosed{.connection = 1, .up = 3, .down = 1024, .lasted = milliseconds(7)},
       "connection 1: ended after 7.0 ms, sent 3 B, received 1.0 KiB\n"},
      {ConnectionClosed{.connection = 1, .error = "cut"},
       "connection 1: broke: cut after 0.0 ms, sent 0 B, received 0 B\n"},
      {Notice{"hello"}, "hello\n"},
      {Warning{"careful"}, "warning: careful\n"},
  };
  for (const auto& each : cases) EXPECT_EQ(RenderText(each.event), each.expected);
}

TEST(TextRendererTest, SaysHowToGoOnWhenRemovalsAreHeld) {
  RemovalsHeld held{.pod = "a", .removals = 30, .files = 40};
  EXPECT_EQ(RenderText(Event(held)),
            "a: held: this would remove 30 of 40 files; check the workspace, then run again with "
            "--yes\n");
  held.can_answer = true;
  EXPECT_EQ(RenderText(Event(held)), "a: held: this would remove 30 of 40 files. Go on? [y/N]\n");
}

TEST(TextRendererTest, ColoursOnlyWhenAsked) {
  const Event event = PodInSync{.pod = "a", .tree = "abc"};
  EXPECT_EQ(RenderText(event).find('\x1b'), std::string::npos);
  EXPECT_EQ(RenderText(event, {.colour = true}), "a: \x1b[32mup to date\x1b[0m (tree abc)\n");
}

TEST(TextRendererTest, MakesTextFromTheClusterPrintable) {
  EXPECT_EQ(RenderText(Event(PodGone{.pod = "a\x1b[2J"})), "a\\x1b[2J: gone\n");
}

TEST(TextRendererTest, KeepsColoursOfAppsButNoOtherControls) {
  EXPECT_EQ(TerminalSafe("\x1b[1;31mred\x1b[0m\tx\n\x1b]0;title\x07"),
            "\x1b[1;31mred\x1b[0m\tx\n\\x1b]0;title\\x07");
}

TEST(TextRendererTest, ListsSessionsInATable) {
  devsession::DevSession api{.name = "api", .ns = "dev"};
  api.spec.owner = "ann";
  api.spec.target.name = "api";
  api.status.conditions = {{.type = "Ready", .status = "False", .reason = "TargetNotFound"}};
  EXPECT_EQ(RenderText(SessionList{.ns = "dev", .sessions = {api}}),
            "NAME   OWNER   TARGET           MODE      READY                    SYNCED    PODS   "
            "ACTIVE   EXPIRES\n"
            "api    ann     Deployment/api   InPlace   False (TargetNotFound)   Unknown   0      "
            "-        -\n");
  EXPECT_EQ(RenderText(SessionList{.ns = "dev"}),
            "no sessions in namespace dev; 'kubectl apply' a DevSession to begin\n");
}

TEST(TextRendererTest, ShowsTheAddressOfASessionThatHasOne) {
  SessionReport report{.session = {.name = "api", .ns = "dev"}};
  EXPECT_EQ(RenderText(report).find("url "), std::string::npos);
  report.session.status.url = "https://api.example.com";
  EXPECT_NE(RenderText(report).find("url     https://api.example.com\n"), std::string::npos);
}

TEST(TextRendererTest, TellsWhatToDoBelowAFailedCheck) {
  const DoctorReport report{{{.name = "cluster", .ok = true, .found = "v1.20.2"},
                             {.name = "controller", .found = "not found", .remedy = "install it"}}};
  EXPECT_EQ(RenderText(report),
            "ok      cluster: v1.20.2\nFAILED  controller: not found\n        install it\n");
}

TEST(TextRendererTest, ShowsRestartsAndVersions) {
  EXPECT_EQ(
      RenderText(RestartReport{{{.pod = "a", .pid = 12}, {.pod = "b", .error = "no answer"}}}),
      "a: restarted, pid 12\nb: not restarted: no answer\n");
  EXPECT_EQ(RenderText(VersionReport{.client = "0.1.0", .cluster_error = "no kubeconfig"}),
            "client      0.1.0\ncluster     not reachable: no kubeconfig\n");
}

}  // namespace
}  // namespace hawser::cli
