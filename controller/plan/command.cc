// How Kubernetes combines command, args, ENTRYPOINT and CMD.
#include "controller/plan/command.h"

namespace hawser::controller {

bool NeedsImageCommand(const Original& original, const devsession::Target& target) {
  return !original.command && target.command.empty();
}

std::optional<CommandLine> ResolveEntrypoint(const Original& original,
                                             const devsession::Target& target) {
  CommandLine line;
  CommandLine args = original.args.value_or(CommandLine{});
  if (original.command) {
    line = *original.command;
  } else if (!target.command.empty()) {
    line = target.command;
  } else if (original.image_command) {
    line = original.image_command->entrypoint;
    if (args.empty()) args = original.image_command->cmd;
  } else {
    return std::nullopt;
  }
  line.insert(line.end(), args.begin(), args.end());
  if (line.empty()) return std::nullopt;
  return line;
}

}  // namespace hawser::controller
