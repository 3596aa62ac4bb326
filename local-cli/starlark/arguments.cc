// Declares hawser starlark for CLI11.
#include "local-cli/starlark/arguments.h"

#include <CLI/CLI.hpp>

namespace hawser::cli {

CLI::App& AddCommand(CLI::App& app, const std::string& name, const std::string& summary,
                     const std::string& examples) {
  CLI::App& command = *app.add_subcommand(name, summary);
  command.footer("Examples:\n" + examples);
  return command;
}

void AddStarlark(CLI::App& app, StarlarkOptions& options) {
  CLI::App& command = AddCommand(app, "starlark", "Run, format or check Starlark files",
                                 "  hawser starlark Tiltfile\n"
                                 "  hawser starlark -c 'print(1 + 2)'\n"
                                 "  hawser starlark fmt *.star\n"
                                 "  hawser starlark check Tiltfile");
  command.add_option("file", options.files, "The file to run; - is standard input");
  command.add_option("-c,--code", options.code, "Run this program instead of a file");
  command
      .add_option_function<std::string>(
          "--dialect",
          [&options](const std::string& dialect) { options.standard = dialect == "standard"; },
          "The language's extent")
      ->check(CLI::IsMember({"standard", "tilt"}))
      ->default_str("tilt");
  command.add_option("--max-steps", options.max_steps, "Stop after this many steps");
  command.add_flag("--profile", options.profile, "Say where time went");
  command.add_flag("--testing", options.testing,
                   "Predeclare assertions and the modules json, math, time");
  const auto add_action = [&](const char* name, const char* summary,
                              StarlarkOptions::Action action) {
    CLI::App& sub = *command.add_subcommand(name, summary);
    sub.add_option("files", options.files, "The files")->required();
    sub.callback([&options, action] { options.action = action; });
  };
  add_action("fmt", "Rewrite files in the standard layout", StarlarkOptions::Action::kFormat);
  add_action("check", "Report mistakes without running the files", StarlarkOptions::Action::kCheck);
}

std::optional<StarlarkOptions> ParseStarlark(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() != "starlark") return std::nullopt;
  StarlarkOptions options;
  CLI::App app;
  AddStarlark(app, options);
  try {
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError&) {
    return std::nullopt;
  }
  return options;
}

}  // namespace hawser::cli
