// One short line per event: what happened, where, and what to do if anything.
#include "local-cli/render/text_events.h"

#include "lib/base/text.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

/// Writes each kind of event; the colours are those of the ECMA-48 SGR table.
class EventFormatter {
 public:
  explicit EventFormatter(const TextStyle& style) : style_(style) {}

  std::string operator()(const WorkspaceRead& event) const {
    return "workspace " + Printable(event.directory) + ": " + Count(event.files, "file") + "\n";
  }
  std::string operator()(const PodConnected& event) const {
    return Pod(event.pod) + (event.again ? "connected again" : "connected") +
           (event.direct ? " directly" : " through the API server") + " (agent " +
           Printable(event.agent_version) + ")\n";
  }
  std::string operator()(const PodLost& event) const {
    return Pod(event.pod) + Yellow("not connected") +
           ", trying again: " + Printable(event.reason.message()) + "\n";
  }
  std::string operator()(const PodGone& event) const { return Pod(event.pod) + "gone\n"; }
  std::string operator()(const PodInSync& event) const {
    return Pod(event.pod) + Green("up to date") + " (tree " + event.tree.substr(0, 12) + ")\n";
  }
  std::string operator()(const AllRun& event) const {
    return Count(event.pods, "pod") + (event.pods == 1 ? " runs" : " run") + " tree " + event.tree +
           "\n";
  }
  std::string operator()(const BatchDone& event) const { return Batch(event); }
  std::string operator()(const BatchTimeline& event) const { return Timeline(event); }
  std::string operator()(const StepText& event) const {
    return style_.terminal ? TerminalSafe(event.bytes) : event.bytes;
  }
  std::string operator()(const StepFailed& event) const { return Step(event); }
  std::string operator()(const PathTrouble& event) const {
    return Pod(event.pod) + Red("can't write ") + Printable(event.problem.path) + ": " +
           Printable(event.problem.message) + "\n";
  }
  std::string operator()(const PathSkipped& event) const {
    return Yellow("skipped ") + Printable(event.path) + ": " + Printable(event.message) + "\n";
  }
  std::string operator()(const FilePulled& event) const { return Pulled(event); }
  std::string operator()(const RemovalsHeld& event) const {
    const std::string question = Pod(event.pod) + Yellow("held: ") + "this would remove " +
                                 std::to_string(event.removals) + " of " +
                                 Count(event.files, "file");
    if (event.can_answer) return question + ". Go on? [y/N]\n";
    return question + "; check the workspace, then run again with --yes\n";
  }
  std::string operator()(const PortForwarded& event) const { return Forwarding(event); }
  std::string operator()(const PortReversed& event) const {
    return Pod(event.pod) + "port " + std::to_string(event.remote) + " leads to " +
           Printable(event.target) + " here\n";
  }
  std::string operator()(const PortClosed& event) const {
    return "port " + std::to_string(event.local) + " closed: the session does not name " +
           Printable(event.name) + " any more\n";
  }
  std::string operator()(const ConnectionOpened& event) const {
    const std::string pod = Printable(event.pod) + " " + Printable(event.name);
    const std::string here = Printable(event.from);
    return Connection(event.connection) + (event.reverse ? pod : here) + " -> " +
           (event.reverse ? here : pod) + "\n";
  }
  std::string operator()(const ConnectionClosed& event) const {
    const std::string end = event.error.empty() ? "ended" : Red("broke: ") + Printable(event.error);
    return Connection(event.connection) + end + " after " + Milliseconds(event.lasted) +
           " ms, sent " + FormatBytes(event.up) + ", received " + FormatBytes(event.down) + "\n";
  }
  std::string operator()(const Notice& event) const { return Printable(event.text) + "\n"; }
  std::string operator()(const Warning& event) const {
    return Yellow("warning: ") + Printable(event.text) + "\n";
  }

 private:
  std::string Paint(const char* code, const std::string& text) const {
    return style_.colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
  }
  std::string Red(const std::string& text) const { return Paint("31", text); }
  std::string Green(const std::string& text) const { return Paint("32", text); }
  std::string Yellow(const std::string& text) const { return Paint("33", text); }
  std::string Pod(const std::string& name) const { return Printable(name) + ": "; }

  static std::string Connection(uint64_t number) {
    return "connection " + std::to_string(number) + ": ";
  }

  std::string Forwarding(const PortForwarded& event) const {
    std::string line;
    if (event.wanted != event.local) {
      line = Yellow("port " + std::to_string(event.wanted) + " is taken") +
             (event.taken_by.empty() ? "" : " by " + Printable(event.taken_by)) + ": ";
    }
    std::vector<std::string> places;
    for (const std::string& address : event.addresses) {
      const bool v6 = address.find(':') != std::string::npos;
      places.push_back((v6 ? "[" + address + "]" : address) + ":" + std::to_string(event.local));
    }
    const std::string number = std::to_string(event.remote);
    const std::string name = Printable(event.name);
    return line + "forwarding " + Join(places, " and ") + " to " +
           (name == number ? "port " + number : name + " (" + number + ")") + "\n";
  }

  static std::string Paths(const BatchDone& event) {
    std::string text = Printable(Join(event.paths, ", "));
    const uint64_t all = event.files + event.removals;
    if (all > event.paths.size() && !text.empty()) {
      text += " and " + std::to_string(all - event.paths.size()) + " more";
    }
    return text;
  }

  std::string Batch(const BatchDone& event) const {
    if (event.pods.empty()) return {};
    const PodBatch& slowest = event.pods.back();
    const bool applied = slowest.outcome == wire::BatchOutcome::kApplied;
    const std::string outcome(OutcomeWord(slowest.outcome));
    std::string line = applied ? Green(outcome) : Yellow(outcome);
    if (const std::string paths = Paths(event); !paths.empty()) line += " " + paths;
    line += ": " + Count(event.files, "file");
    if (event.removals > 0) line += ", " + Count(event.removals, "removal");
    line += ", " + FormatBytes(slowest.bytes) + ", " + Milliseconds(slowest.total) + " ms";
    if (event.pods.size() > 1) {
      line += ", " + Count(event.pods.size(), "pod") + ", slowest " + Printable(slowest.pod);
    }
    return line + "\n";
  }

  std::string Pulled(const FilePulled& event) const {
    const std::string path = Printable(event.path);
    switch (event.outcome) {
      case FilePulled::Outcome::kPulled:
        return Pod(event.pod) + Green("pulled ") + path + ": " + FormatBytes(event.size) + "\n";
      case FilePulled::Outcome::kWouldBe:
        return Pod(event.pod) + "would pull " + path + ": " + FormatBytes(event.size) + "\n";
      case FilePulled::Outcome::kConflict:
        return Pod(event.pod) + Yellow("conflict ") + path +
               ": changed here and in the pod; yours stays, the pod's version is " +
               Printable(event.beside) + "\n";
      case FilePulled::Outcome::kGone:
        return Pod(event.pod) + "removed in the pod: " + path + " (kept here)\n";
      case FilePulled::Outcome::kFailed:
        break;
    }
    return Pod(event.pod) + Red("not pulled ") + path + ": " + Printable(event.message) + "\n";
  }

  static std::string Timeline(const BatchTimeline& event) {
    std::string line = "  timeline (ms)";
    for (const PhaseTime& phase : event.phases) {
      line += "  " + phase.phase + " " + Milliseconds(phase.since_seen);
    }
    return line + "\n";
  }

  std::string Step(const StepFailed& event) const {
    return Pod(event.pod) + Red("step failed: ") + Printable(event.command) + ": " +
           Printable(FailureWord(event.result)) + "\n";
  }

  const TextStyle& style_;
};

}  // namespace

std::string FormatEvent(const Event& event, const TextStyle& style) {
  return std::visit(EventFormatter(style), event);
}

}  // namespace hawser::cli
