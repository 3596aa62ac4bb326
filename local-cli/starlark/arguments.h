// The flags of hawser starlark, apart from those of other commands: it must start at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace hawser::cli {

struct StarlarkOptions {
  enum class Action { kRun, kFormat, kCheck };
  Action action = Action::kRun;
  std::vector<std::string> files;   ///< "-": standard input
  std::optional<std::string> code;  ///< a program instead of a file
  bool standard = false;            ///< the specified language, without Tilt's extensions
  bool testing = false;             ///< with assertions predeclared
  bool profile = false;             ///< say where time went
  uint64_t max_steps = 0;           ///< 0: no limit
  bool operator==(const StarlarkOptions&) const = default;
};

/// Declares a command whose help ends in examples.
CLI::App& AddCommand(CLI::App& app, const std::string& name, const std::string& summary,
                     const std::string& examples);

/// Declares the command and its flags; parsing writes into `options`.
void AddStarlark(CLI::App& app, StarlarkOptions& options);

/// The options, if the arguments begin with "starlark" and ask for nothing but to run it: no help,
/// no flag of other commands, no mistake.
std::optional<StarlarkOptions> ParseStarlark(const std::vector<std::string>& arguments);

}  // namespace hawser::cli
