// Starts hawser-agent: reads the command line and runs the subcommand it names.
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "agent/arguments.h"
#include "agent/commands.h"

namespace hawser::agent {
namespace {

int Run(const ServeArguments& arguments) {
  return RunServe(arguments);
}
int Run(const SuperviseArguments& arguments) {
  return RunSupervise(arguments);
}
int Run(const InstallArguments& arguments) {
  return RunInstall(arguments);
}
int Run(const ProbeArguments& arguments) {
  return RunProbe(arguments);
}
int Run(const VersionArguments& arguments) {
  return RunVersion(arguments);
}

int Run(const ExitNow& exit) {
  std::fputs(exit.output.c_str(), stdout);
  std::fputs(exit.trouble.c_str(), stderr);
  return exit.code;
}

}  // namespace
}  // namespace hawser::agent

int main(int argc, char** argv) {
  const hawser::agent::Command command =
      hawser::agent::ParseArguments(std::vector<std::string>(argv + 1, argv + argc));
  return std::visit([](const auto& arguments) { return hawser::agent::Run(arguments); }, command);
}
