// Who may talk to this agent, as far as their first message tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "lib/wire/messages.h"

namespace hawser::agent {

/// Why a client with this greeting is turned away; nothing when it is welcome. `session` and
/// `version` are the agent's own.
std::optional<wire::Reject> RefuseHello(const wire::Hello& hello, const std::string& session,
                                        const std::string& version);

/// The newest version that both speak; for a client that is welcome.
uint16_t AgreedVersion(const wire::Hello& hello);

}  // namespace hawser::agent
