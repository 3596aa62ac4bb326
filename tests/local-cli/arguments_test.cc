// The command line: what each form means, and what bad ones say.
#include "local-cli/arguments.h"

#include <gtest/gtest.h>

namespace hawser::cli {
namespace {

Invocation Parse(const std::vector<std::string>& arguments) {
  const auto parsed = ParseArguments(arguments);
  if (const auto* usage = std::get_if<Usage>(&parsed)) {
    ADD_FAILURE() << usage->text;
    return {};
  }
  return std::get<Invocation>(parsed);
}

Usage Refuse(const std::vector<std::string>& arguments) {
  const auto parsed = ParseArguments(arguments);
  if (const auto* usage = std::get_if<Usage>(&parsed)) return *usage;
  ADD_FAILURE() << "was accepted";
  return {};
}

TEST(ArgumentsTest, ReadsEveryCommand) {
  const struct {
    std::vector<std::string> arguments;
    CommandOptions expected;
  } cases[] = {
      {{"push", "api"}, PushOptions{.session = "api"}},
      {{"push", "api", "./src", "--watch", "--yes", "--poll", "--timeline", "--timeout", "30s"},
       PushOptions{.session = "api",
                   .directory = "./src",
                   .watch = true,
                   .yes = true,
                   .timeline = true,
                   .poll = true,
                   .timeout = std::chrono::seconds(30)}},
      {{"push", "api", "--wait"}, PushOptions{.session = "api", .wait = true}},
      {{"plan", "api", "./src", "--why", "a", "--why", "b"},
       PlanOptions{.session = "api", .directory = "./src", .why = {"a", "b"}}},
      {{"pull", "api", "a.lock", "gen", "-C", "/w", "--pod", "api-0", "--dry-run"},
       PullOptions{.session = "api",
                   .paths = {"a.lock", "gen"},
                   .directory = "/w",
                   .pod = "api-0",
                   .dry_run = true}},
      {{"push", "-w", "api"}, PushOptions{.session = "api", .watch = true}},
      {{"push", "api", "-v"}, PushOptions{.session = "api", .timeline = true}},
      {{"ls"}, LsOptions{}},
      {{"ls", "-A", "-o", "wide"}, LsOptions{.all_namespaces = true, .wide = true}},
      {{"status", "-o", "wide"}, StatusOptions{.wide = true}},
      {{"status"}, StatusOptions{}},
      {{"status", "api"}, StatusOptions{.session = "api"}},
      {{"logs", "api", "-f", "--tail", "5", "--pod", "api-0"},
       LogsOptions{.session = "api", .pod = "api-0", .follow = true, .tail = 5}},
      {{"logs", "api"}, LogsOptions{.session = "api"}},
      {{"restart", "api"}, RestartOptions{.session = "api"}},
      {{"push", "api", "-w", "--no-forward"},
       PushOptions{.session = "api", .watch = true, .forward = false}},
      {{"forward", "api"}, ForwardOptions{.session = "api", .addresses = {"127.0.0.1", "::1"}}},
      {{"forward", "api", "8080:http", ":90", "--address", "0.0.0.0,::1", "--next-free", "-v"},
       ForwardOptions{.session = "api",
                      .ports = {{.local = 8080, .name = "http"}, {.local = 0, .number = 90}},
                      .addresses = {"0.0.0.0", "::1"},
                      .next_free = true,
                      .tell_connections = true}},
      {{"forward", "api", "-R", "5432:5433", "--reverse", "8081:db.lan:80"},
       ForwardOptions{.session = "api",
                      .addresses = {"127.0.0.1", "::1"},
                      .reverse = {{.remote = 5432, .local = 5433},
                                  {.remote = 8081, .host = "db.lan", .local = 80}}}},
      {{"version"}, VersionOptions{}},
      {{"doctor", "/src"}, DoctorOptions{.directory = "/src"}},
  };
  for (const auto& each : cases) {
    EXPECT_TRUE(Parse(each.arguments).command == each.expected) << each.arguments.front();
  }
}

TEST(ArgumentsTest, TakesGlobalFlagsBeforeAndAfterTheCommand) {
  GlobalOptions expected;
  expected.cluster = {.kubeconfig = "/k", .context = "c", .ns = "n"};
  expected.json = true;
  expected.direct = false;
  EXPECT_TRUE(Parse({"-n", "n", "--context", "c", "--kubeconfig", "/k", "-o", "json", "--no-direct",
                     "status"})
                  .global == expected);
  EXPECT_TRUE(Parse({"status", "--namespace", "n", "--context", "c", "--kubeconfig", "/k",
                     "--output", "json", "--no-direct"})
                  .global == expected);
}

TEST(ArgumentsTest, PrintsHelpWithAnExampleForEveryCommand) {
  for (const std::string command :
       {"push", "plan", "status", "logs", "forward", "restart", "version", "doctor"}) {
    const Usage usage = Refuse({command, "--help"});
    EXPECT_EQ(usage.exit_code, 0) << command;
    EXPECT_NE(usage.text.find("Examples:\n  hawser " + command), std::string::npos) << usage.text;
    EXPECT_EQ(Refuse({"help", command}).text, usage.text);
  }
}

TEST(ArgumentsTest, ListsTheCommandsWithoutArguments) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"help"}, {"--help"}}) {
    const Usage usage = Refuse(arguments);
    EXPECT_EQ(usage.exit_code, 0);
    EXPECT_NE(usage.text.find("push"), std::string::npos);
    EXPECT_NE(usage.text.find("doctor"), std::string::npos);
  }
}

TEST(ArgumentsTest, PrintsItsOwnVersion) {
  const Usage usage = Refuse({"--version"});
  EXPECT_EQ(usage.exit_code, 0);
  EXPECT_TRUE(usage.text.starts_with("hawser ")) << usage.text;
}

TEST(ArgumentsTest, SaysWhatIsWrongAndWhereToLook) {
  const struct {
    std::vector<std::string> arguments;
    std::string expected;
  } cases[] = {
      {{"push"}, "session is required"},
      {{"push", "api", "--bogus"}, "--bogus"},
      {{"push", "api", "--wait", "--watch"}, "excludes --wait"},
      {{"push", "api", "--timeout", "soon"}, "expected a duration like 30s or 5m, got 'soon'"},
      {{"logs", "api", "--tail", "-1"}, "--tail"},
      {{"status", "-o", "xml"}, "xml"},
      {{"logs", "api", "--tail", "x"}, "expected a number of lines, got 'x'"},
      {{"forward"}, "session is required"},
      {{"forward", "api", "80:90:100"}, "expected [LOCAL:]REMOTE"},
      {{"forward", "api", "--address", "example.com"}, "--address: expected IP addresses"},
      {{"frobnicate"}, "there is no command 'frobnicate'"},
      {{"help", "frobnicate"}, "there is no command 'frobnicate'"},
      {{"--frobnicate", "status"}, "--frobnicate"},
  };
  for (const auto& each : cases) {
    const Usage usage = Refuse(each.arguments);
    EXPECT_EQ(usage.exit_code, 2) << usage.text;
    EXPECT_EQ(usage.text.rfind("error: ", 0), 0U) << usage.text;
    EXPECT_NE(usage.text.find(each.expected), std::string::npos) << usage.text;
    EXPECT_NE(usage.text.find("--help'"), std::string::npos) << usage.text;
  }
}

}  // namespace
}  // namespace hawser::cli
