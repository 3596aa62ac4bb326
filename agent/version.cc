// hawser-agent version.
#include "lib/base/version.h"

#include <cstdio>

#include "agent/commands.h"
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
