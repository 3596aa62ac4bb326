// Puts arguments into the texts of the catalogue.
#include "lib/starlark/messages/message.h"

namespace hawser::starlark::messages {

std::string Fill(std::string_view text, std::initializer_list<std::string> arguments) {
  std::string filled;
  for (const std::string& argument : arguments) {
    const size_t hole = text.find("{}");
    filled += text.substr(0, hole);
    filled += argument;
    text.remove_prefix(hole + 2);
  }
  return filled += text;
}

}  // namespace hawser::starlark::messages
