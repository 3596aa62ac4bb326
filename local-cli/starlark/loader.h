// Runs Starlark files and the files they load.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lib/base/result.h"
#include "lib/starlark/eval/environment.h"
#include "lib/starlark/eval/evaluation.h"

namespace hawser::cli {

/// Loads each file once; a file is looked for beside the one that loads it. One thread.
class StarlarkLoader {
 public:
  struct Options {
    uint64_t max_steps = 0;  ///< of each file; 0: no limit
    starlark::Profiler* profiler = nullptr;
  };

  StarlarkLoader(const starlark::Environment& environment, Options options)
      : environment_(environment), options_(options) {}

  /// Runs a program. Null when it failed: `problem` then holds what to print, whole lines.
  std::shared_ptr<const starlark::Module> Run(std::string path, std::string text,
                                              std::string& problem);

 private:
  Result<std::shared_ptr<const starlark::Module>> Load(starlark::Evaluation& evaluation,
                                                       const std::string& name);

  const starlark::Environment& environment_;
  Options options_;
  std::map<std::string, std::shared_ptr<const starlark::Module>> loaded_;  ///< null: under way
};

/// The text of a file, or of standard input for "-". not_found and others say why not.
Result<std::string> ReadStarlarkFile(const std::string& path);

/// "FILE:LINE:COL: MESSAGE", the line and a caret for each problem.
std::string DescribeDiagnostics(const starlark::Source& source,
                                const std::vector<starlark::Diagnostic>& diagnostics);

}  // namespace hawser::cli
