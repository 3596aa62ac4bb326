// One JSON document per line, for programs.
#include <mutex>
#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "local-cli/render/json_events.h"
#include "local-cli/render/renderer.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

using nlohmann::json;

json ProblemsToJson(const std::vector<devsession::PodProblem>& problems) {
  json array = json::array();
  for (const devsession::PodProblem& problem : problems) {
    array.push_back(
        {{"path", problem.path}, {"reason", problem.reason}, {"message", problem.message}});
  }
  return array;
}

json SessionToJson(const devsession::DevSession& session) {
  return {{"name", session.name},
          {"namespace", session.ns},
          {"owner", session.spec.owner},
          {"target", {{"kind", session.spec.target.kind}, {"name", session.spec.target.name}}},
          {"mode", session.spec.mode},
          {"generation", session.generation},
          {"status", devsession::StatusToJson(session.status)}};
}

json PodToJson(const PodReport& pod) {
  json object{{"name", pod.name}, {"ready", pod.ready}};
  if (!pod.agent.error.empty()) {
    object["error"] = pod.agent.error;
    return object;
  }
  object["agentVersion"] = pod.agent.agent_version;
  object["path"] = PathWord(pod.agent.direct);
  object["app"] = pod.agent.app;
  object["pid"] = pod.agent.pid;
  object["restarts"] = pod.agent.restarts;
  object["batch"] = pod.agent.batch;
  object["treeDigest"] = pod.agent.tree;
  object["problems"] = ProblemsToJson(pod.agent.problems);
  return object;
}

json AgentToJson(const AgentVersion& agent, const std::string& client) {
  if (!agent.error.empty()) return {{"pod", agent.pod}, {"error", agent.error}};
  return {{"pod", agent.pod}, {"version", agent.version}, {"differs", agent.version != client}};
}

class JsonRenderer final : public Renderer {
 public:
  JsonRenderer(std::ostream& out, const Clock& clock) : out_(out), clock_(clock) {}

  void Show(const Event& event) override {
    const std::lock_guard lock(mutex_);
    json object = EventToJson(event);
    object["time"] = FormatTime(clock_.WallNow());
    Print(object);
  }

  void Show(const SessionList& list) override {
    json sessions = json::array();
    for (const devsession::DevSession& session : list.sessions) {
      sessions.push_back(SessionToJson(session));
    }
    Print({{"namespace", list.ns}, {"sessions", std::move(sessions)}});
  }

  void Show(const SessionReport& report) override {
    json object = SessionToJson(report.session);
    object["pods"] = json::array();
    for (const PodReport& pod : report.pods) object["pods"].push_back(PodToJson(pod));
    Print(object);
  }

  void Show(const DoctorReport& report) override {
    json checks = json::array();
    for (const Check& check : report.checks) {
      checks.push_back({{"name", check.name},
                        {"ok", check.ok},
                        {"found", check.found},
                        {"remedy", check.remedy}});
    }
    Print({{"checks", std::move(checks)}});
  }

  void Show(const VersionReport& report) override {
    json object{{"client", report.client}};
    if (!report.cluster_error.empty()) {
      object["clusterError"] = report.cluster_error;
      return Print(object);
    }
    object["server"] = report.server;
    object["controllerImage"] = report.controller_image;
    object["agents"] = json::array();
    for (const AgentVersion& agent : report.agents) {
      object["agents"].push_back(AgentToJson(agent, report.client));
    }
    Print(object);
  }

  void Show(const RestartReport& report) override {
    json pods = json::array();
    for (const PodRestart& pod : report.pods) {
      json object{{"pod", pod.pod}};
      if (pod.error.empty()) {
        object["pid"] = pod.pid;
      } else {
        object["error"] = pod.error;
      }
      pods.push_back(std::move(object));
    }
    Print({{"pods", std::move(pods)}});
  }

  void Show(const PlanReport& report) override { Print(PlanToJson(report)); }

  void ShowOutput(std::string_view pod, std::string_view bytes) override {
    Print({{"pod", pod}, {"text", bytes}});
  }

 private:
  void Print(const json& document) {
    out_ << document.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    out_.flush();
  }

  std::mutex mutex_;  ///< one event at a time
  std::ostream& out_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<Renderer> MakeJsonRenderer(std::ostream& out, const Clock& clock) {
  return std::make_unique<JsonRenderer>(out, clock);
}

}  // namespace hawser::cli
