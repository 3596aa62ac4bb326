// Reads "# option:NAME" comments.
#include "lib/starlark/testing/options.h"

namespace hawser::starlark {

namespace {

void TurnOn(Dialect& dialect, std::string_view name) {
  if (name == "set") dialect.set = true;
  if (name == "while" || name == "recursion") dialect.while_loops = true;
  if (name == "recursion") dialect.recursion = true;
  if (name == "globalreassign") dialect.global_reassign = true;
  if (name == "globalreassign" || name == "toplevelcontrol") dialect.top_level_control = true;
}

}  // namespace

Dialect DialectOfComments(std::string_view text, Dialect otherwise) {
  constexpr std::string_view kOption = "option:";
  bool any = false;
  Dialect dialect = Dialect::Standard();
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    if (!line.starts_with('#')) continue;
    for (size_t at = line.find(kOption); at != std::string_view::npos; at = line.find(kOption)) {
      line.remove_prefix(at + kOption.size());
      TurnOn(dialect, line.substr(0, line.find_first_of(" \t\r")));
      any = true;
    }
  }
  return any ? dialect : otherwise;
}

}  // namespace hawser::starlark
