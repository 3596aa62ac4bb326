// The commands, their flags and their help, declared for CLI11.
#include "local-cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <vector>

#include "lib/base/text.h"
#include "lib/base/version.h"

namespace hawser::cli {

namespace {

/// Everything the declarations below write into.
struct Parsed {
  GlobalOptions global;
  std::string output = "text";
  bool no_direct = false;
  PushOptions push;
  std::string timeout;
  PlanOptions plan;
  PullOptions pull;
  LsOptions ls;
  StatusOptions status;
  LogsOptions logs;
  ForwardOptions forward;
  std::vector<std::string> ports;
  std::vector<std::string> reverse;
  std::string addresses = "localhost";
  bool no_forward = false;
  RestartOptions restart;
  DoctorOptions doctor;
  StarlarkOptions starlark;
};

constexpr char kSession[] = "Name of the DevSession";

void AddGlobalFlags(CLI::App& app, Parsed& parsed) {
  kube::ConfigOverrides& cluster = parsed.global.cluster;
  app.add_option("-n,--namespace", cluster.ns, "Namespace (default: the context's own)");
  app.add_option("--context", cluster.context, "Context of the kubeconfig to use");
  app.add_option("--kubeconfig", cluster.kubeconfig,
                 "Path of the kubeconfig (default: $KUBECONFIG, then ~/.kube/config)");
  app.add_option("-o,--output", parsed.output, "Output format")
      ->check(CLI::IsMember({"text", "json", "wide"}))
      ->default_str("text");
  app.add_flag("--no-direct", parsed.no_direct,
               "Reach agents through the API server alone, never at their pods' addresses");
  app.add_flag("-v,--verbose", parsed.global.verbose, "Say more, with the timeline of each batch");
}

void AddPush(CLI::App& app, Parsed& parsed) {
  CLI::App& command =
      AddCommand(app, "push", "Bring a session's pods to the state of a directory",
                 "  hawser push api                      # once, from the current directory\n"
                 "  hawser push api ./service --watch    # and on every save, until Ctrl-C");
  command.add_option("session", parsed.push.session, kSession)->required();
  command.add_option("directory", parsed.push.directory, "The workspace")->default_str(".");
  CLI::Option& watch =
      *command.add_flag("-w,--watch", parsed.push.watch, "Keep following edits and pods");
  command
      .add_flag("--wait", parsed.push.wait,
                "Return once every pod runs exactly this tree, and print its digest")
      ->excludes(&watch);
  command.add_flag("-y,--yes", parsed.push.yes,
                   "Go on when most of a pod's files would be removed");
  command.add_flag("--poll", parsed.push.poll,
                   "Look for changes again and again; for file systems "
                   "whose changes the kernel does not tell of");
  command.add_flag("--no-forward", parsed.no_forward,
                   "With --watch: don't open the session's local ports");
  command.add_flag("--timeline", parsed.push.timeline, "Print the phases of every batch");
  command.add_option("--timeout", parsed.timeout,
                     "Without --watch: give up after this long (default 2m)");
}

void AddPlan(CLI::App& app, Parsed& parsed) {
  CLI::App& command =
      AddCommand(app, "plan", "Show what a push would send, and why paths are ignored",
                 "  hawser plan api                            # largest first\n"
                 "  hawser plan api ./service --why src/a.pyc  # where it goes, or why not");
  command.add_option("session", parsed.plan.session, kSession)->required();
  command.add_option("directory", parsed.plan.directory, "The workspace")->default_str(".");
  command.add_option("--why", parsed.plan.why, "A path of the workspace to explain; repeatable")
      ->expected(1)
      ->take_all();
}

void AddPull(CLI::App& app, Parsed& parsed) {
  CLI::App& command =
      AddCommand(app, "pull", "Fetch files that the pod made or changed into the workspace",
                 "  hawser pull api package-lock.json          # one file\n"
                 "  hawser pull api gen '**/*.snap' --dry-run  # what would come");
  command.add_option("session", parsed.pull.session, kSession)->required();
  command.add_option("paths", parsed.pull.paths, "Paths or globs of the workspace")->required();
  command.add_option("-C,--directory", parsed.pull.directory, "The workspace")->default_str(".");
  command.add_option("--pod", parsed.pull.pod, "The pod to fetch from (default: the first ready)");
  command.add_flag("--dry-run", parsed.pull.dry_run, "Say what would be fetched, change nothing");
}

void AddLs(CLI::App& app, Parsed& parsed) {
  CLI::App& command = AddCommand(app, "ls", "List who works on what",
                                 "  hawser ls                # in the namespace\n"
                                 "  hawser ls -A -o wide     # in all of them, and why not ready");
  command.add_flag("-A,--all-namespaces", parsed.ls.all_namespaces, "In all namespaces");
}

void AddStatus(CLI::App& app, Parsed& parsed) {
  CLI::App& command = AddCommand(app, "status", "Show sessions, or one with its pods",
                                 "  hawser status\n"
                                 "  hawser status api -o json");
  command.add_option("session", parsed.status.session, kSession);
}

void AddLogs(CLI::App& app, Parsed& parsed) {
  CLI::App& command = AddCommand(app, "logs", "Print what the app wrote",
                                 "  hawser logs api --tail 50\n"
                                 "  hawser logs api -f --pod api-7d9c-x2x4");
  command.add_option("session", parsed.logs.session, kSession)->required();
  command.add_flag("-f,--follow", parsed.logs.follow, "Go on across restarts and reconnects");
  command.add_option("--tail", parsed.logs.tail, "Begin with this many lines")
      ->check(CLI::Validator(
          [](std::string& text) {
            const bool number = !text.empty() && text.size() < 10 &&
                                text.find_first_not_of("0123456789") == std::string::npos;
            return number ? std::string() : "expected a number of lines, got '" + text + "'";
          },
          "LINES"));
  command.add_option("--pod", parsed.logs.pod, "Name of the pod (default: the first)");
}

void AddForward(CLI::App& app, Parsed& parsed) {
  CLI::App& command =
      AddCommand(app, "forward", "Open local ports that lead to a session's pods",
                 "  hawser forward api                       # every port of the session\n"
                 "  hawser forward api 8080:http :9090       # by name; on any free local port\n"
                 "  hawser forward api http --address 0.0.0.0\n"
                 "  hawser forward api -R 5432:5432          # pods reach a port of this machine");
  command.add_option("session", parsed.forward.session, kSession)->required();
  command.add_option(
      "ports", parsed.ports,
      "[LOCAL:]REMOTE, each a number, REMOTE also a name (default: all of spec.ports)");
  command
      .add_option("--address", parsed.addresses,
                  "IP addresses to listen on, comma separated; localhost is 127.0.0.1 and ::1")
      ->default_str("localhost");
  command
      .add_option("-R,--reverse", parsed.reverse,
                  "REMOTE:[HOST:]LOCAL: lets the pods reach a port of this machine as "
                  "localhost:REMOTE; repeatable")
      ->expected(1)
      ->take_all();
  command.add_flag("--next-free", parsed.forward.next_free,
                   "When a local port is taken, use the next free one and say which");
}

void AddRestart(CLI::App& app, Parsed& parsed) {
  CLI::App& command =
      AddCommand(app, "restart", "Restart the app's process in every pod", "  hawser restart api");
  command.add_option("session", parsed.restart.session, kSession)->required();
}

void AddVersion(CLI::App& app) {
  AddCommand(app, "version", "Print the versions of client, controller and agents",
             "  hawser version -o json");
}

void AddDoctor(CLI::App& app, Parsed& parsed) {
  CLI::App& command = AddCommand(app, "doctor", "Check cluster, permissions and this machine",
                                 "  hawser doctor\n"
                                 "  hawser doctor ./service -n team-a");
  command.add_option("directory", parsed.doctor.directory, "The workspace")->default_str(".");
}

Usage BadUsage(const std::string& message, const std::string& command) {
  const std::string help = command.empty() ? "hawser --help" : "hawser " + command + " --help";
  return {2, "error: " + message + "; see '" + help + "'\n"};
}

Status ReadForward(Parsed& parsed) {
  for (const std::string& port : parsed.ports) {
    HAWSER_ASSIGN_OR_RETURN(PortRequest request, ParsePortRequest(port));
    parsed.forward.ports.push_back(std::move(request));
  }
  for (const std::string& text : parsed.reverse) {
    Result<ReverseRequest> request = ParseReverseRequest(text);
    if (!request.ok()) return request.status().Annotate("--reverse");
    parsed.forward.reverse.push_back(std::move(*request));
  }
  Result<std::vector<std::string>> addresses = ParseAddresses(Split(parsed.addresses, ','));
  if (!addresses.ok()) return addresses.status().Annotate("--address");
  parsed.forward.addresses = std::move(*addresses);
  return OkStatus();
}

std::variant<Invocation, Usage> ToInvocation(const std::string& command, Parsed parsed) {
  if (!parsed.timeout.empty()) {
    const Result<Duration> timeout = ParseDuration(parsed.timeout);
    if (!timeout.ok() || *timeout <= Duration::zero()) {
      return BadUsage("--timeout: expected a duration like 30s or 5m, got '" + parsed.timeout + "'",
                      command);
    }
    parsed.push.timeout = *timeout;
  }
  if (const Status status = ReadForward(parsed); !status.ok()) {
    return BadUsage(status.message(), command);
  }
  parsed.push.forward = !parsed.no_forward;
  parsed.global.json = parsed.output == "json";
  parsed.ls.wide = parsed.status.wide = parsed.output == "wide";
  if (parsed.ls.wide && command != "ls" && command != "status") {
    return BadUsage("-o wide is for lists: ls, and status without a session", command);
  }
  parsed.global.direct = !parsed.no_direct;
  parsed.forward.tell_connections = parsed.global.verbose || parsed.global.json;
  parsed.push.timeline = parsed.push.timeline || parsed.global.verbose;
  const std::map<std::string, CommandOptions> commands{
      {"push", parsed.push},       {"plan", parsed.plan},        {"pull", parsed.pull},
      {"ls", parsed.ls},           {"status", parsed.status},    {"logs", parsed.logs},
      {"restart", parsed.restart}, {"forward", parsed.forward},  {"version", VersionOptions{}},
      {"doctor", parsed.doctor},   {"starlark", parsed.starlark}};
  return Invocation{parsed.global, commands.at(command)};
}

/// The answer to words that no command or option took.
Usage UnknownWords(const CLI::App& app) {
  const std::string word = app.remaining().front();
  const std::string kind = word.starts_with('-') ? "option" : "command";
  return BadUsage("there is no " + kind + " '" + word + "'", "");
}

/// `help COMMAND` asks for what `COMMAND --help` prints.
std::vector<std::string> SpellOutHelp(std::vector<std::string> arguments) {
  if (arguments.empty()) return {"--help"};
  if (arguments.front() != "help") return arguments;
  std::rotate(arguments.begin(), arguments.begin() + 1, arguments.end());
  arguments.back() = "--help";
  return arguments;
}

}  // namespace

std::variant<Invocation, Usage> ParseArguments(const std::vector<std::string>& arguments) {
  Parsed parsed;
  CLI::App app("Save a file, and a moment later the running service has it.", "hawser");
  app.require_subcommand(0, 1);
  app.fallthrough();
  app.set_version_flag("--version", kVersion, "Print the version of this program and exit");
  app.footer("'hawser help COMMAND' says more about a command.");
  AddGlobalFlags(app, parsed);
  AddPush(app, parsed);
  AddPlan(app, parsed);
  AddPull(app, parsed);
  AddLs(app, parsed);
  AddStatus(app, parsed);
  AddLogs(app, parsed);
  AddForward(app, parsed);
  AddRestart(app, parsed);
  AddVersion(app);
  AddDoctor(app, parsed);
  AddStarlark(app, parsed.starlark);

  std::vector<std::string> reversed = SpellOutHelp(arguments);
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    if (app.get_subcommands().empty() && !app.remaining().empty()) return UnknownWords(app);
    return Usage{0, app.help()};
  } catch (const CLI::CallForVersion&) {
    return Usage{0, std::string("hawser ") + kVersion + "\n"};
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty() && !app.remaining().empty()) return UnknownWords(app);
    return BadUsage(error.what(), chosen.empty() ? "" : chosen.front()->get_name());
  }
  if (app.get_subcommands().empty()) return BadUsage("expected a command", "");
  return ToInvocation(app.get_subcommands().front()->get_name(), std::move(parsed));
}

}  // namespace hawser::cli
