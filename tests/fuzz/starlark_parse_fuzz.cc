// Parser, resolver and compiler: any text ends in a program or in problems that have a place.
#include "lib/starlark/eval/compiler.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace starlark = hawser::starlark;
  const auto source = std::make_shared<const starlark::Source>(
      "fuzz.star", std::string(hawser::fuzz::Input(data, size)));
  for (const starlark::Dialect& dialect :
       {starlark::Dialect::Standard(), starlark::Dialect::Tilt()}) {
    std::vector<starlark::Diagnostic> errors;
    const auto program =
        starlark::Compile(source, {.dialect = dialect, .predeclared = {"len", "print"}}, errors);
    hawser::fuzz::Check((program == nullptr) != errors.empty());
    for (const starlark::Diagnostic& error : errors) {
      hawser::fuzz::Check(error.offset <= size && !source->Where(error.offset).empty());
      source->Excerpt(error.offset);
    }
  }
  return 0;
}
