// How the process is told to stop.
#pragma once

#include <csignal>
#include <functional>
#include <stop_token>

#include "lib/base/status.h"

namespace hawser::controller {

/// Something that goes on until it is asked to stop or fails.
using Work = std::function<Status(std::stop_token)>;

/// Blocks SIGTERM and SIGINT, here and in every thread started later.
sigset_t BlockStopSignals();

/// Runs `work` on a thread of its own until one of `signals`, which are blocked, arrives or it
/// ends by itself. Returns what it did; having been stopped is ok.
Status RunUntilSignal(const Work& work, const sigset_t& signals);

}  // namespace hawser::controller
