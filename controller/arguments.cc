// Flags by CLI11, which prints help and complaints itself.
#include "controller/arguments.h"

#include <CLI/CLI.hpp>
#include <map>

#include "lib/base/version.h"

namespace hawser::controller {

namespace {

/// Reads "NAMESPACE/NAME".
void ReadLease(const std::string& text, kube::ObjectKey& lease) {
  const size_t slash = text.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == text.size()) {
    throw CLI::ValidationError("--lease", "expected NAMESPACE/NAME");
  }
  lease = {.ns = text.substr(0, slash), .name = text.substr(slash + 1)};
}

void Define(CLI::App& app, Arguments& arguments) {
  const std::map<std::string, log::Format> formats = {{"text", log::Format::kText},
                                                      {"json", log::Format::kJson}};
  const std::map<std::string, log::Level> levels = {{"debug", log::Level::kDebug},
                                                    {"info", log::Level::kInfo},
                                                    {"warning", log::Level::kWarning},
                                                    {"error", log::Level::kError}};
  app.add_option("--agent-image", arguments.agent_image, "Image of the agent added to pods")
      ->required()
      ->type_name("IMAGE");
  app.add_option("--insecure-registry", arguments.insecure_registries,
                 "Registry to ask over plain HTTP; may be repeated")
      ->type_name("HOST")
      ->take_all();
  app.add_option("--direct-path", arguments.direct_path,
                 "Whether agents listen on their pod's address too, for clients that reach it")
      ->type_name("true|false")
      ->capture_default_str();
  app.add_option("--log-format", arguments.log_format, "text or json")
      ->transform(CLI::Transformer(formats, CLI::ignore_case));
  app.add_option("--log-level", arguments.log_level, "debug, info, warning or error")
      ->transform(CLI::Transformer(levels, CLI::ignore_case));
  app.add_option("--health-port", arguments.health_port, "Port of /healthz, /readyz and /metrics")
      ->type_name("PORT");
  app.add_option("--workers", arguments.workers, "Sessions reconciled at once")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  app.add_option("--kubeconfig", arguments.kubeconfig, "Instead of the pod's own credentials")
      ->type_name("PATH");
  app.add_option("--namespace", arguments.ns, "The only namespace to work in; all if empty")
      ->type_name("NS");
  app.add_option_function<std::string>(
         "--lease", [&](const std::string& text) { ReadLease(text, arguments.lease); },
         "Work only while holding this Lease, so that one of several replicas does")
      ->type_name("NAMESPACE/NAME");
}

}  // namespace

ParsedArguments ParseArguments(int argc, const char* const* argv) {
  ParsedArguments parsed;
  CLI::App app("Reconciles DevSessions: adds Hawser's agent to workloads and restores them.",
               "hawser-controller");
  app.set_version_flag("--version", hawser::kVersion);
  Define(app, parsed.arguments);
  try {
    app.parse(argc, argv);
    parsed.run = true;
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error);
  }
  return parsed;
}

}  // namespace hawser::controller
