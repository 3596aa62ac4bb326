// hawser starlark: runs, formats and checks Starlark files.
#include "local-cli/starlark/command.h"

#include <unistd.h>

#include <fstream>
#include <iostream>
#include <optional>

#include "lib/starlark/modules/modules.h"
#include "lib/starlark/testing/options.h"
#include "lib/starlark/testing/testing.h"
#include "lib/starlark/tools/check.h"
#include "lib/starlark/tools/format.h"
#include "local-cli/starlark/loader.h"
#include "local-cli/starlark/profile.h"
#include "local-cli/starlark/repl.h"

namespace hawser::cli {

namespace {

starlark::Dialect DialectOf(const StarlarkOptions& options) {
  return options.standard ? starlark::Dialect::Standard() : starlark::Dialect::Tilt();
}

int Fail(const std::string& text) {
  std::cerr << text;
  return 1;
}

/// The program to run and what it is called in messages.
Result<std::string> ProgramText(const StarlarkOptions& options, std::string& path) {
  if (options.code) {
    path = "<command>";
    return *options.code;
  }
  path = options.files.front() == "-" ? "<stdin>" : options.files.front();
  return ReadStarlarkFile(options.files.front());
}

/// Rewrites each file that is not yet in the standard layout; "-" goes to standard output.
int FormatFiles(const std::vector<std::string>& files) {
  int exit_code = 0;
  for (const std::string& path : files) {
    const Result<std::string> text = ReadStarlarkFile(path);
    std::string problem = text.ok() ? "" : "error: " + text.status().message() + "\n";
    if (text.ok()) {
      const starlark::Source source(path, *text);
      std::vector<starlark::Diagnostic> errors;
      const auto formatted = starlark::Format(source, errors);
      problem = DescribeDiagnostics(source, errors);
      if (formatted && path == "-") {
        std::cout << *formatted;
      } else if (formatted && *formatted != *text) {
        std::ofstream(path, std::ios::binary) << *formatted;
      }
    }
    if (!problem.empty()) exit_code = Fail(problem);
  }
  return exit_code;
}

int CheckFiles(const StarlarkOptions& options) {
  starlark::Environment environment(DialectOf(options));
  starlark::DefineStruct(environment);
  int exit_code = 0;
  for (const std::string& path : options.files) {
    const Result<std::string> text = ReadStarlarkFile(path);
    if (!text.ok()) {
      exit_code = Fail("error: " + text.status().message() + "\n");
      continue;
    }
    const starlark::Source source(path, *text);
    const auto findings = starlark::Check(source, environment.dialect(), environment.names());
    if (!findings.empty()) exit_code = Fail(DescribeDiagnostics(source, findings));
  }
  return exit_code;
}

/// Runs the text of a program, or what is typed when there is none; false when it failed.
bool Execute(const StarlarkOptions& options, starlark::Environment& environment,
             const std::string& path, const std::optional<std::string>& text) {
  if (!text) {
    RunStarlarkRepl(environment, std::cin, std::cout, std::cerr, ::isatty(STDIN_FILENO) == 1);
    return true;
  }
  std::string problem;
  StarlarkProfile profile;
  StarlarkLoader loader(environment, {.max_steps = options.max_steps,
                                      .profiler = options.profile ? &profile : nullptr});
  const bool ran = loader.Run(path, *text, problem) != nullptr;
  if (options.profile) std::cerr << profile.Report();
  std::cerr << problem;
  return ran;
}

int RunFile(const StarlarkOptions& options) {
  std::string path;
  std::optional<std::string> program;
  if (options.code || !options.files.empty()) {
    Result<std::string> text = ProgramText(options, path);
    if (!text.ok()) return Fail("error: " + text.status().message() + "\n");
    program = *std::move(text);
  }
  starlark::Dialect dialect = DialectOf(options);
  if (options.testing && program) dialect = starlark::DialectOfComments(*program, dialect);
  starlark::Environment environment(dialect);
  bool failed = false;
  starlark::AssertionSink sink = [&](const std::string& where, const std::string& message) {
    failed = true;
    std::cerr << where + ": " + message + "\n";
  };
  if (options.testing) {
    starlark::DefineTesting(environment, sink);
  } else {
    starlark::DefineStruct(environment);
  }
  return Execute(options, environment, path, program) && !failed ? 0 : 1;
}

}  // namespace

int RunStarlark(const StarlarkOptions& options) {
  switch (options.action) {
    case StarlarkOptions::Action::kFormat:
      return FormatFiles(options.files);
    case StarlarkOptions::Action::kCheck:
      return CheckFiles(options);
    case StarlarkOptions::Action::kRun:
      break;
  }
  return RunFile(options);
}

}  // namespace hawser::cli
