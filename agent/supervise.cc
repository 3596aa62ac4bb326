// hawser-agent supervise: process 1 of the app container.
#include <unistd.h>

#include "agent/commands.h"
#include "agent/supervise/driver.h"
#include "lib/base/log.h"
#include "lib/base/memory.h"
#include "lib/base/random.h"
#include "lib/base/version.h"

namespace hawser::agent {

int RunSupervise(const SuperviseArguments& arguments) {
  UseOneMemoryPool();
  log::Configure(log::Level::kInfo, arguments.log_format);
  const Result<int> code = RunSupervisor({.entrypoint = arguments.entrypoint,
                                          .wait_for_sync = arguments.wait_for_sync,
                                          .sync_wait = arguments.sync_wait,
                                          .version = kVersion,
                                          .uid = ::getuid(),
                                          .seed = RandomU64(),
                                          .instance = RandomU64()},
                                         arguments.volume, arguments.container_root);
  if (code.ok()) return *code;
  log::Error("Could not supervise", {{"error", code.status().ToString()}});
  return 1;
}

}  // namespace hawser::agent
