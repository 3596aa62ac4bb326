// Files of Starlark programs.
#include "local-cli/starlark/loader.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "lib/starlark/eval/compiler.h"

namespace hawser::cli {

Result<std::string> ReadStarlarkFile(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return InvalidArgumentError("cannot read " + path + ": it is a directory");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return ErrnoStatus(errno, "cannot read " + path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string DescribeDiagnostics(const starlark::Source& source,
                                const std::vector<starlark::Diagnostic>& diagnostics) {
  std::string text;
  for (const starlark::Diagnostic& diagnostic : diagnostics) {
    text += source.Where(diagnostic.offset) + ": " + diagnostic.message + "\n" +
            source.Excerpt(diagnostic.offset);
  }
  return text;
}

std::shared_ptr<const starlark::Module> StarlarkLoader::Run(std::string path, std::string text,
                                                            std::string& problem) {
  const auto source = std::make_shared<const starlark::Source>(std::move(path), std::move(text));
  std::vector<starlark::Diagnostic> errors;
  const auto program = starlark::Compile(source,
                                         {.dialect = environment_.dialect(),
                                          .predeclared = environment_.names(),
                                          .profiled = options_.profiler != nullptr},
                                         errors);
  if (program == nullptr) {
    problem = DescribeDiagnostics(*source, errors);
    return nullptr;
  }
  starlark::Evaluation evaluation(
      environment_,
      {.load = [this](starlark::Evaluation& from,
                      std::string_view name) { return Load(from, std::string(name)); },
       .print = [](starlark::Evaluation&, const std::string& line) { std::cerr << line + "\n"; },
       .max_steps = options_.max_steps,
       .max_memory = size_t{4} << 30,
       .profiler = options_.profiler});
  auto module = evaluation.Execute(program);
  if (module == nullptr) problem = evaluation.failure().ToString();
  return module;
}

Result<std::shared_ptr<const starlark::Module>> StarlarkLoader::Load(
    starlark::Evaluation& evaluation, const std::string& name) {
  const starlark::Source* from = evaluation.CurrentSource();
  const std::filesystem::path folder = std::filesystem::path(from->path()).parent_path();
  const std::string path = (folder / name).lexically_normal().string();
  const auto [entry, is_new] = loaded_.try_emplace(path, nullptr);
  if (!is_new) {
    if (entry->second == nullptr) return FailedPreconditionError("cycle in load graph");
    return entry->second;
  }
  Result<std::string> text = ReadStarlarkFile(path);
  std::string problem;
  std::shared_ptr<const starlark::Module> module;
  if (text.ok()) {
    module = Run(path, *std::move(text), problem);
  } else {
    problem = text.status().message();
  }
  if (module == nullptr) {
    loaded_.erase(path);
    return InvalidArgumentError(problem);
  }
  loaded_[path] = module;
  return module;
}

}  // namespace hawser::cli
