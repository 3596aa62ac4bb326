// Tables and paragraphs for people.
#include <unistd.h>

#include <cstdlib>
#include <mutex>

#include "lib/base/text.h"
#include "local-cli/render/renderer.h"
#include "local-cli/render/session_table.h"
#include "local-cli/render/table.h"
#include "local-cli/render/text_events.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

std::string ShortTree(const std::string& tree) {
  return tree.empty() ? "-" : tree.substr(0, 12);
}

std::vector<std::string> PodRow(const PodReport& pod) {
  const LiveAgent& agent = pod.agent;
  const std::string ready = pod.ready ? "yes" : "no";
  if (!agent.error.empty()) {
    return {Printable(pod.name), ready, "-", "-", "-", "-", "-", Printable(agent.error)};
  }
  return {Printable(pod.name),
          ready,
          Printable(agent.app),
          std::to_string(agent.restarts),
          std::to_string(agent.batch),
          ShortTree(agent.tree),
          std::string(PathWord(agent.direct)),
          Printable(agent.agent_version)};
}

std::string AgentText(const AgentVersion& agent, const std::string& client) {
  const std::string pod = " (" + Printable(agent.pod) + ")";
  if (!agent.error.empty()) return "unknown" + pod + ": " + Printable(agent.error) + "\n";
  return Printable(agent.version) + pod +
         (agent.version == client ? "\n" : ", not this hawser's version\n");
}

class TextRenderer final : public Renderer {
 public:
  TextRenderer(std::ostream& out, std::ostream& err, TextStyle style)
      : out_(out), err_(err), style_(style) {}

  void Show(const Event& event) override {
    const std::lock_guard lock(mutex_);
    std::ostream& stream = std::holds_alternative<Warning>(event) ? err_ : out_;
    stream << FormatEvent(event, style_) << std::flush;
  }

  void Show(const SessionList& list) override {
    if (list.sessions.empty()) {
      const std::string where = list.ns.empty() ? "any namespace" : "namespace " + list.ns;
      Print("no sessions in " + where + "; 'kubectl apply' a DevSession to begin\n");
      return;
    }
    Print(SessionTable(list));
  }

  void Show(const SessionReport& report) override {
    const devsession::DevSession& session = report.session;
    Print("session " + Printable(session.ns + "/" + session.name) + "\n" + "owner   " +
          Printable(session.spec.owner) + "\n" + "target  " + TargetOf(session) + "\n");
    if (!session.status.url.empty()) Print("url     " + Printable(session.status.url) + "\n");
    ShowLastSync(session);
    ShowRestarts(session.status);
    ShowConditions(session);
    ShowPods(report.pods);
  }

  void Show(const DoctorReport& report) override {
    for (const Check& check : report.checks) {
      Print((check.ok ? Paint("32", "ok    ") : Paint("31", "FAILED")) + "  " + check.name + ": " +
            Printable(check.found) + "\n");
      if (!check.remedy.empty()) Print("        " + Printable(check.remedy) + "\n");
    }
  }

  void Show(const VersionReport& report) override {
    Print("client      " + report.client + "\n");
    if (!report.cluster_error.empty()) {
      Print("cluster     not reachable: " + Printable(report.cluster_error) + "\n");
      return;
    }
    Print("server      " + Printable(report.server) + "\n");
    Print("controller  " +
          (report.controller_image.empty() ? "not found" : Printable(report.controller_image)) +
          "\n");
    bool differs = false;
    for (const AgentVersion& agent : report.agents) {
      Print("agent       " + AgentText(agent, report.client));
      differs = differs || (agent.error.empty() && agent.version != report.client);
    }
    if (differs) {
      Print(
          "\nagents and this hawser differ: update the older side; after an update of the "
          "controller, "
          "pods get its agent when they are next replaced by a session's change or a restart by "
          "rollout\n");
    }
  }

  void Show(const RestartReport& report) override {
    for (const PodRestart& pod : report.pods) {
      Print(Printable(pod.pod) + ": " +
            (pod.error.empty() ? "restarted, pid " + std::to_string(pod.pid)
                               : Paint("31", "not restarted: ") + Printable(pod.error)) +
            "\n");
    }
  }

  void Show(const PlanReport& report) override { Print(FormatPlan(report)); }

  void ShowOutput(std::string_view, std::string_view bytes) override {
    Print(style_.terminal ? TerminalSafe(bytes) : std::string(bytes));
  }

 private:
  void Print(const std::string& text) {
    out_ << text;
    out_.flush();
  }

  std::string Paint(const char* code, const std::string& text) const {
    return style_.colour ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
  }

  void ShowLastSync(const devsession::DevSession& session) {
    if (!session.status.last_sync) return;
    const devsession::LastSync& last = *session.status.last_sync;
    Print("synced  " + Printable(last.time) + ", batch " + std::to_string(last.batch) + ", " +
          Count(last.files, "file") + ", " + FormatBytes(last.bytes) + "\n");
  }

  void ShowRestarts(const devsession::SessionStatus& status) {
    if (status.restarts && status.restarts->requested > 0) {
      const devsession::Restarts& asked = *status.restarts;
      Print("restart " + Printable(asked.last_time) + ", " + std::to_string(asked.handled) +
            " of " + Count(asked.requested, "request") + " handled; " + Printable(asked.reason) +
            ": " + Printable(asked.message) + "\n");
    }
    if (!status.direct_restarts) return;
    Print("restart " + Printable(status.direct_restarts->last_time) + ", " +
          std::to_string(status.direct_restarts->count) + " by hawser restart\n");
  }

  void ShowConditions(const devsession::DevSession& session) {
    std::vector<std::vector<std::string>> rows;
    for (const devsession::Condition& condition : session.status.conditions) {
      rows.push_back({Printable(condition.type), Printable(condition.status),
                      Printable(condition.reason), Printable(condition.message)});
    }
    if (rows.empty()) rows.push_back({"-", "-", "-", "no controller has looked at it yet"});
    Print("\n" + FormatTable({"CONDITION", "STATUS", "REASON", "MESSAGE"}, rows));
  }

  void ShowPods(const std::vector<PodReport>& pods) {
    if (pods.empty()) {
      Print("\nno pods\n");
      return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const PodReport& pod : pods) rows.push_back(PodRow(pod));
    Print("\n" +
          FormatTable({"POD", "READY", "APP", "RESTARTS", "BATCH", "TREE", "PATH", "AGENT"}, rows));
    for (const PodReport& pod : pods) {
      for (const devsession::PodProblem& problem : pod.agent.problems) {
        Print(Printable(pod.name + ": " + problem.path + ": " + problem.message) + "\n");
      }
    }
  }

  std::mutex mutex_;  ///< one event at a time
  std::ostream& out_;
  std::ostream& err_;
  const TextStyle style_;
};

}  // namespace

TextStyle StyleOfStandardOutput() {
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  return {.colour = terminal && (no_colour == nullptr || *no_colour == '\0'), .terminal = terminal};
}

std::unique_ptr<Renderer> MakeTextRenderer(std::ostream& out, std::ostream& err, TextStyle style) {
  return std::make_unique<TextRenderer>(out, err, style);
}

}  // namespace hawser::cli
