// Passes the app's output on to the container's own and keeps the newest of it.
#pragma once

#include <memory>
#include <thread>

#include "agent/log_ring.h"
#include "agent/supervise/processes.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::agent {

/// Two pipes for the app to write into, and the thread that copies what arrives, unchanged, to
/// descriptors 1 and 2 and to the ring. The pipes outlive restarts of the app.
class OutputPump {
 public:
  /// `ring` must outlive the pump.
  static Result<std::unique_ptr<OutputPump>> Start(LogRing& ring);
  /// Passes on what is left in the pipes, then ends.
  ~OutputPump();

  /// The ends to give to the app.
  SpawnOutputs outputs() const { return {.out = out_.writer.get(), .err = err_.writer.get()}; }

 private:
  OutputPump(LogRing& ring, Pipe out, Pipe err, UniqueFd wake);
  void Run();

  LogRing& ring_;
  Pipe out_;
  Pipe err_;
  UniqueFd wake_;
  std::jthread thread_;
};

}  // namespace hawser::agent
