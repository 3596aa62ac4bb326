// hawser-agent version.
#include <cstdio>

#include "agent/commands.h"
#include "hawser_version.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

int RunVersion(const VersionArguments& arguments) {
  if (arguments.json) {
    std::printf("{\"version\": \"%s\", \"protocol\": %d}\n", kVersion, wire::kProtocolVersion);
  } else {
    std::printf("hawser-agent %s\n", kVersion);
  }
  return 0;
}

}  // namespace hawser::agent
