// hawser starlark: runs a Starlark file.
#include "local-cli/commands/starlark.h"

#include <iostream>

#include "lib/starlark/modules/modules.h"
#include "lib/starlark/testing/testing.h"
#include "local-cli/starlark/loader.h"

namespace hawser::cli {

namespace {

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

int RunFile(const StarlarkOptions& options) {
  starlark::Environment environment(options.standard ? starlark::Dialect::Standard()
                                                     : starlark::Dialect::Tilt());
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
  std::string path;
  const Result<std::string> text = ProgramText(options, path);
  if (!text.ok()) return Fail("error: " + text.status().message() + "\n");
  std::string problem;
  StarlarkLoader loader(environment, {.max_steps = options.max_steps});
  if (loader.Run(path, *text, problem) == nullptr) return Fail(problem);
  return failed ? 1 : 0;
}

}  // namespace

int RunStarlark(const StarlarkOptions& options) { return RunFile(options); }

}  // namespace hawser::cli
