// The one user of the command line library.
#include "agent/arguments.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <utility>

#include "lib/base/text.h"

namespace hawser::agent {
namespace {

constexpr int kUsage = 2;

const std::map<std::string, log::Format> kLogFormats = {{"text", log::Format::kText},
                                                        {"json", log::Format::kJson}};

const std::map<std::string, bool> kOutputs = {{"json", true}, {"text", false}};
const std::map<std::string, bool> kStarts = {{"wait", true}, {"immediate", false}};

/// "POD_NAME" as the downward API sets it; elsewhere the host's name is as good.
std::string PodName() {
  if (const char* name = std::getenv("POD_NAME"); name != nullptr) return name;
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

/// Splits "ADDRESS:PORT" at the last colon; an IPv6 address may stand in brackets.
std::string ParseListen(const std::string& text, std::string& address, uint16_t& port_out) {
  const size_t colon = text.rfind(':');
  const char* const end = text.data() + text.size();
  uint16_t port = 0;
  if (colon != std::string::npos) {
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error == std::errc() && stop == end && stop != text.data() + colon + 1) {
      address = text.substr(0, colon);
      std::erase_if(address, [](char c) { return c == '[' || c == ']'; });
      port_out = port;
      return "";
    }
  }
  return "expected ADDRESS:PORT, not " + text;
}

std::string ParseWait(const std::string& text, Duration& wait) {
  const Result<Duration> parsed = ParseDuration(text);
  if (!parsed.ok()) return parsed.status().message();
  wait = *parsed;
  return "";
}

void AddVolume(CLI::App& command, Volume& volume) {
  command.add_option("--dir", volume.dir, "Where the shared volume is mounted")
      ->capture_default_str();
}

void AddLogFormat(CLI::App& command, log::Format& format) {
  command.add_option("--log-format", format, "text or json")
      ->transform(CLI::CheckedTransformer(kLogFormats).description(""))
      ->type_name("FORMAT")
      ->default_str("text");
}

CLI::App* AddServe(CLI::App& root, ServeArguments& arguments) {
  CLI::App* serve = root.add_subcommand("serve", "Receive, verify and stage changes (the sidecar)");
  serve->add_option("--session", arguments.session, "Session served, as NAMESPACE/NAME")
      ->required();
  AddVolume(*serve, arguments.volume);
  serve->add_option("--keys", arguments.keys, "Directory with ca.crt, agent.crt and agent.key")
      ->capture_default_str();
  serve
      ->add_option("--pod-info", arguments.pod_info,
                   "Directory with what the downward API tells of the pod")
      ->capture_default_str();
  const auto add_address = [serve](const std::string& flag, std::string& address, uint16_t& port,
                                   const std::string& what) {
    return serve->add_option_function<std::string>(
        flag,
        [flag, &address, &port](const std::string& text) {
          const std::string trouble = ParseListen(text, address, port);
          if (!trouble.empty()) throw CLI::ValidationError(flag, trouble);
        },
        what);
  };
  add_address("--listen", arguments.address, arguments.port, "Address and port for clients")
      ->default_str("127.0.0.1:40100");
  add_address("--direct", arguments.direct_address, arguments.direct_port,
              "The pod's address and a port, for clients that reach it without the API server");
  serve->add_flag("--reverse", arguments.reverse,
                  "Let clients have ports of the pod's loopback; not where that is the node's");
  AddLogFormat(*serve, arguments.log_format);
  return serve;
}

CLI::App* AddSupervise(CLI::App& root, SuperviseArguments& arguments) {
  CLI::App* supervise = root.add_subcommand("supervise",
                                            "Run ENTRYPOINT as process 1 would, with the session's "
                                            "files (after --: ENTRYPOINT and its arguments)");
  AddVolume(*supervise, arguments.volume);
  supervise
      ->add_option("--start", arguments.wait_for_sync, "wait (for the first files) or immediate")
      ->transform(CLI::CheckedTransformer(kStarts).description(""))
      ->type_name("WHEN")
      ->default_str("immediate");
  supervise
      ->add_option_function<std::string>(
          "--sync-wait",
          [&arguments](const std::string& text) {
            const std::string trouble = ParseWait(text, arguments.sync_wait);
            if (!trouble.empty()) throw CLI::ValidationError("--sync-wait", trouble);
          },
          "How long to wait for the first files at most")
      ->default_str("30s");
  supervise->add_option("--container-root", arguments.container_root, "Where container paths begin")
      ->capture_default_str();
  AddLogFormat(*supervise, arguments.log_format);
  supervise->footer("Example: hawser-agent supervise --start wait -- python3 -m app");
  return supervise;
}

std::string CheckEntrypoint(const CLI::App& supervise, const std::vector<std::string>& entrypoint) {
  if (supervise.parsed() && entrypoint.empty()) return "supervise needs the entrypoint after --";
  if (!supervise.parsed() && !entrypoint.empty()) return "only supervise takes arguments after --";
  return "";
}

}  // namespace

Command ParseArguments(std::vector<std::string> arguments) {
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  SuperviseArguments supervise_arguments;
  if (separator != arguments.end())
    supervise_arguments.entrypoint.assign(separator + 1, arguments.end());
  arguments.erase(separator, arguments.end());
  std::reverse(arguments.begin(), arguments.end());  // the order that CLI11 wants

  CLI::App root("The part of Hawser that runs in pods: receives changes and applies them.",
                "hawser-agent");
  root.require_subcommand(1);
  ServeArguments serve_arguments{.pod = PodName()};
  InstallArguments install_arguments;
  ProbeArguments probe_arguments;
  VersionArguments version_arguments;

  const CLI::App* serve = AddServe(root, serve_arguments);
  const CLI::App* supervise = AddSupervise(root, supervise_arguments);
  CLI::App* install = root.add_subcommand("install", "Copy this program into DIR");
  install->add_option("DIR", install_arguments.directory, "Where to; made when missing")
      ->required();
  CLI::App* probe =
      root.add_subcommand("probe", "Ask the agent whether it works (exit code 0 or 1)");
  AddVolume(*probe, probe_arguments.volume);
  probe->add_flag("--supervisor", probe_arguments.supervisor,
                  "The supervisor must be connected too");
  CLI::App* version = root.add_subcommand("version", "Print the version");
  version->add_option("-o,--output", version_arguments.json, "text or json")
      ->transform(CLI::CheckedTransformer(kOutputs).description(""))
      ->type_name("FORMAT")
      ->default_str("text");

  try {
    root.parse(std::move(arguments));
    const std::string trouble = CheckEntrypoint(*supervise, supervise_arguments.entrypoint);
    if (!trouble.empty()) return ExitNow{.code = kUsage, .trouble = trouble + "\n"};
  } catch (const CLI::CallForHelp&) {
    return ExitNow{.code = 0, .output = root.help()};
  } catch (const CLI::ParseError& error) {
    return ExitNow{.code = kUsage,
                   .trouble = std::string(error.what()) + "\nRun with --help for what there is.\n"};
  }
  if (serve->parsed()) return serve_arguments;
  if (supervise->parsed()) return supervise_arguments;
  if (install->parsed()) return install_arguments;
  if (probe->parsed()) return probe_arguments;
  return version_arguments;
}

}  // namespace hawser::agent
