// The evaluator: any program ends within its limits, in values or in a failure with a trace.
#include "lib/starlark/eval/compiler.h"
#include "lib/starlark/eval/evaluation.h"
#include "lib/starlark/testing/testing.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace starlark = hawser::starlark;
  constexpr uint64_t kMaxSteps = 20'000;
  constexpr size_t kMaxMemory = size_t{64} << 20;
  starlark::AssertionSink sink = [](const std::string&, const std::string&) {};
  starlark::Environment environment(starlark::Dialect::Tilt());
  starlark::DefineTesting(environment, sink);
  const auto source = std::make_shared<const starlark::Source>(
      "fuzz.star", std::string(hawser::fuzz::Input(data, size)));
  std::vector<starlark::Diagnostic> errors;
  const auto program = starlark::Compile(
      source, {.dialect = environment.dialect(), .predeclared = environment.names()}, errors);
  if (program == nullptr) return 0;
  starlark::Evaluation evaluation(
      environment, {.max_steps = kMaxSteps, .max_memory = kMaxMemory, .max_depth = 500});
  const auto module = evaluation.Execute(program);
  if (module == nullptr) {
    hawser::fuzz::Check(!evaluation.failure().message.empty());
    hawser::fuzz::Check(!evaluation.failure().ToString().empty());
    return 0;
  }
  for (const std::string_view name : module->Names()) {
    hawser::fuzz::Check(module->Find(name).has_value());
  }
  return 0;
}
