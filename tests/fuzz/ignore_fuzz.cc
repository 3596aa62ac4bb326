// Ignore patterns: any file parses or is refused with its line, and matching any path ends. Input:
// patterns, NUL, path.
#include "lib/sync/workspace/ignore.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = hawser::fuzz::Input(data, size);
  const size_t cut = input.find('\0');
  const std::string_view path =
      cut == std::string_view::npos ? "src/main.py" : input.substr(cut + 1);
  const auto list = hawser::sync::IgnoreList::Parse(input.substr(0, cut), "fuzz");
  if (!list.ok()) {
    hawser::fuzz::Check(list.status().code() == hawser::Code::kInvalidArgument);
    return 0;
  }
  if (list->IgnoresWholly(path)) hawser::fuzz::Check(list->Ignores(path));
  return 0;
}
