// What can happen to the supervisor, and what it asks for: the alphabet of Supervisor::Step.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/supervise/processes.h"
#include "lib/base/log.h"
#include "lib/wire/messages.h"

namespace hawser::agent {

// What happened.
struct Begin {};  ///< first event, once
struct TimerDue {};
struct SignalReceived {
  int signal = 0;
};
struct ChildrenExited {
  std::vector<ReapedChild> children;
};
struct StepWrote {
  std::string bytes;
};
struct AgentConnected {};
struct AgentSaid {
  wire::Message message;
};
using SupervisorEvent = std::variant<Begin, TimerDue, SignalReceived, ChildrenExited, StepWrote,
                                     AgentConnected, AgentSaid>;

/// What the driver does after a step, in this order.
struct Effects {
  struct Note {
    log::Level level = log::Level::kInfo;
    const char* message = "";
    std::string detail;
  };
  std::vector<Note> notes;              ///< to log
  std::vector<wire::Message> messages;  ///< to the agent; dropped when it isn't connected
  std::optional<int> exit_code;         ///< end with this code
};

}  // namespace hawser::agent
