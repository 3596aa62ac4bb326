// The vocabulary of the command line's output.
#include "local-cli/render/words.h"

#include <cstdio>

#include "lib/base/text.h"

namespace hawser::cli {

std::string_view ReasonWord(wire::ProblemReason reason) {
  switch (reason) {
    case wire::ProblemReason::kPermission:
      return "Permission";
    case wire::ProblemReason::kReadOnly:
      return "ReadOnly";
    case wire::ProblemReason::kNoSpace:
      return "NoSpace";
    case wire::ProblemReason::kNotADirectory:
      return "NotADirectory";
    case wire::ProblemReason::kBusy:
      return "Busy";
    case wire::ProblemReason::kEscapes:
      return "Escapes";
    case wire::ProblemReason::kTooLarge:
      return "TooLarge";
    case wire::ProblemReason::kOther:
      break;
  }
  return "Other";
}

std::string_view OutcomeWord(FilePulled::Outcome outcome) {
  switch (outcome) {
    case FilePulled::Outcome::kPulled:
      return "pulled";
    case FilePulled::Outcome::kWouldBe:
      return "wouldPull";
    case FilePulled::Outcome::kConflict:
      return "conflict";
    case FilePulled::Outcome::kGone:
      return "gone";
    case FilePulled::Outcome::kFailed:
      break;
  }
  return "failed";
}

std::string_view OutcomeWord(wire::BatchOutcome outcome) {
  switch (outcome) {
    case wire::BatchOutcome::kApplied:
      return "applied";
    case wire::BatchOutcome::kStale:
      return "stale";
    case wire::BatchOutcome::kNoSupervisor:
      return "staged";
    case wire::BatchOutcome::kFailed:
      break;
  }
  return "failed";
}

std::string AppWord(wire::AppState app, int32_t last_exit) {
  switch (app) {
    case wire::AppState::kNoSupervisor:
      return "not started";
    case wire::AppState::kWaitingForSync:
      return "waiting for sync";
    case wire::AppState::kStarting:
      return "starting";
    case wire::AppState::kRunning:
      return "running";
    case wire::AppState::kExited:
      break;
  }
  return "exited (" + std::to_string(last_exit) + ")";
}

std::string FailureWord(const wire::StepResult& result) {
  if (result.timed_out) return "took longer than its timeout";
  return result.message.empty() ? "exit code " + std::to_string(result.exit_code) : result.message;
}

std::string_view PathWord(bool direct) {
  return direct ? "direct" : "apiServer";
}

std::string Milliseconds(Duration duration) {
  char text[32];
  const double value = std::chrono::duration<double, std::milli>(duration).count();
  std::snprintf(text, sizeof(text), "%.1f", value);
  return text;
}

std::string Count(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

namespace {

/// The length of the SGR sequence ("\x1b[...m") at the start of `text`, or 0.
size_t ColourLength(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const size_t end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::string TerminalSafe(std::string_view bytes) {
  std::string safe;
  safe.reserve(bytes.size());
  while (!bytes.empty()) {
    size_t length = ColourLength(bytes);
    const bool keep = length > 0 || bytes[0] == '\n' || bytes[0] == '\t';
    if (length == 0) length = 1;
    safe += keep ? std::string(bytes.substr(0, length)) : Printable(bytes.substr(0, 1));
    bytes.remove_prefix(length);
  }
  return safe;
}

}  // namespace hawser::cli
