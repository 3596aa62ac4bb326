// Patterns of .gitignore files: any file parses, and matching any path ends. Input: patterns, NUL,
// path.
#include "lib/sync/workspace/git_pattern.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = hawser::fuzz::Input(data, size);
  const size_t cut = input.find('\0');
  const std::string_view path =
      cut == std::string_view::npos ? "src/main.py" : input.substr(cut + 1);
  for (const auto& pattern : hawser::sync::ParseGitIgnore(input.substr(0, cut))) {
    hawser::fuzz::Check(!pattern.text().empty() && pattern.line() > 0);
    if (pattern.Matches(path, false)) hawser::fuzz::Check(pattern.Matches(path, true));
  }
  return 0;
}
