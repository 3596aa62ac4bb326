// Words and numbers shared by the renderers.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/clock.h"
#include "lib/wire/messages.h"
#include "local-cli/render/events.h"

namespace hawser::cli {

/// The protocol's enums as the words that status, text and JSON use.
std::string_view ReasonWord(wire::ProblemReason reason);
std::string_view OutcomeWord(wire::BatchOutcome outcome);
std::string_view OutcomeWord(FilePulled::Outcome outcome);
/// "running", "exited (1)", "waiting for sync", ...
std::string AppWord(wire::AppState app, int32_t last_exit);
/// Why a step failed: "exit code 3", "took longer than its timeout", or what the agent says.
std::string FailureWord(const wire::StepResult& result);

/// How an agent is reached: "direct" or "apiServer".
std::string_view PathWord(bool direct);

/// Milliseconds with one decimal: "12.3".
std::string Milliseconds(Duration duration);

/// "1 file", "3 files".
std::string Count(uint64_t count, std::string_view noun);

/// Makes an app's output safe for a terminal: keeps lines, tabs and colours (SGR sequences), and
/// shows every other control character as "\xNN".
std::string TerminalSafe(std::string_view bytes);

}  // namespace hawser::cli
