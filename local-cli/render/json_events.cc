// One object per event, for programs that follow a push.
#include "local-cli/render/json_events.h"

#include <nlohmann/json.hpp>

#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

using nlohmann::json;

double ToMilliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

struct EventWriter {
  json operator()(const WorkspaceRead& event) const {
    return {{"event", "workspace"}, {"directory", event.directory}, {"files", event.files}};
  }
  json operator()(const PodConnected& event) const {
    return {{"event", "connected"},
            {"pod", event.pod},
            {"agentVersion", event.agent_version},
            {"again", event.again},
            {"path", PathWord(event.direct)}};
  }
  json operator()(const PodLost& event) const {
    return {{"event", "lost"},
            {"pod", event.pod},
            {"code", CodeName(event.reason.code())},
            {"message", event.reason.message()}};
  }
  json operator()(const PodGone& event) const { return {{"event", "gone"}, {"pod", event.pod}}; }
  json operator()(const PodInSync& event) const {
    return {{"event", "inSync"}, {"pod", event.pod}, {"tree", event.tree}};
  }
  json operator()(const AllRun& event) const {
    return {{"event", "running"}, {"tree", event.tree}, {"pods", event.pods}};
  }
  json operator()(const BatchDone& event) const {
    json pods = json::array();
    for (const PodBatch& pod : event.pods) {
      pods.push_back({{"pod", pod.pod},
                      {"batch", pod.batch},
                      {"bytes", pod.bytes},
                      {"totalMs", ToMilliseconds(pod.total)},
                      {"outcome", OutcomeWord(pod.outcome)}});
    }
    return {{"event", "batch"},
            {"paths", event.paths},
            {"files", event.files},
            {"removals", event.removals},
            {"pods", std::move(pods)}};
  }
  json operator()(const BatchTimeline& event) const {
    json phases = json::object();
    for (const PhaseTime& phase : event.phases) {
      phases[phase.phase] = ToMilliseconds(phase.since_seen);
    }
    return {{"event", "timeline"},
            {"pod", event.pod},
            {"batch", event.batch},
            {"phasesMs", std::move(phases)}};
  }
  json operator()(const StepText& event) const {
    return {
        {"event", "stepOutput"}, {"pod", event.pod}, {"step", event.step}, {"text", event.bytes}};
  }
  json operator()(const StepFailed& event) const {
    return {{"event", "stepFailed"},
            {"pod", event.pod},
            {"step", event.result.step},
            {"command", event.command},
            {"exitCode", event.result.exit_code},
            {"timedOut", event.result.timed_out},
            {"message", event.result.message}};
  }
  json operator()(const PathTrouble& event) const {
    return {{"event", "problem"},
            {"pod", event.pod},
            {"path", event.problem.path},
            {"reason", ReasonWord(event.problem.reason)},
            {"message", event.problem.message}};
  }
  json operator()(const PathSkipped& event) const {
    return {{"event", "skipped"}, {"path", event.path}, {"message", event.message}};
  }
  json operator()(const FilePulled& event) const {
    json object{{"event", "pulled"},
                {"pod", event.pod},
                {"path", event.path},
                {"outcome", OutcomeWord(event.outcome)},
                {"size", event.size}};
    if (!event.beside.empty()) object["beside"] = event.beside;
    if (!event.message.empty()) object["message"] = event.message;
    return object;
  }
  json operator()(const RemovalsHeld& event) const {
    return {{"event", "held"},
            {"pod", event.pod},
            {"removals", event.removals},
            {"files", event.files}};
  }
  json operator()(const PortForwarded& event) const {
    json object{{"event", "forwarding"},
                {"name", event.name},
                {"addresses", event.addresses},
                {"local", event.local},
                {"remote", event.remote}};
    if (event.wanted != event.local) object["wanted"] = event.wanted;
    return object;
  }
  json operator()(const PortReversed& event) const {
    return {{"event", "forwarding"},
            {"direction", "reverse"},
            {"pod", event.pod},
            {"remote", event.remote},
            {"target", event.target}};
  }
  json operator()(const PortClosed& event) const {
    return {{"event", "forwardingEnded"}, {"name", event.name}, {"local", event.local}};
  }
  json operator()(const ConnectionOpened& event) const {
    json object{{"event", "connection"},
                {"connection", event.connection},
                {"name", event.name},
                {"pod", event.pod}};
    object[event.reverse ? "target" : "from"] = event.from;
    if (event.reverse) object["direction"] = "reverse";
    return object;
  }
  json operator()(const ConnectionClosed& event) const {
    json object{{"event", "connectionEnded"},
                {"connection", event.connection},
                {"name", event.name},
                {"pod", event.pod},
                {"sent", event.up},
                {"received", event.down},
                {"ms", ToMilliseconds(event.lasted)}};
    if (!event.error.empty()) object["message"] = event.error;
    if (event.reverse) object["direction"] = "reverse";
    return object;
  }
  json operator()(const Notice& event) const {
    return {{"event", "notice"}, {"message", event.text}};
  }
  json operator()(const Warning& event) const {
    return {{"event", "warning"}, {"message", event.text}};
  }
};

}  // namespace

json EventToJson(const Event& event) {
  return std::visit(EventWriter{}, event);
}

}  // namespace hawser::cli
