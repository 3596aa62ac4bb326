// A plan as a table for people, and as a document for programs.
#include "local-cli/render/plan_report.h"

#include <nlohmann/json.hpp>

#include "lib/base/text.h"
#include "local-cli/render/table.h"
#include "local-cli/render/words.h"

namespace hawser::cli {

namespace {

using nlohmann::json;

constexpr size_t kShownPaths = 20;

std::string SizeOf(const PlannedPath& path) {
  if (path.size == 0) return "-";
  return path.held ? "held" : FormatBytes(path.size);
}

std::string FormatAnswer(const PathAnswer& answer) {
  const std::string path = answer.path.empty() ? "." : Printable(answer.path);
  if (answer.to.empty()) return path + ": not synced: " + Printable(answer.why) + "\n";
  return path + ": goes to " + Printable(answer.to) + " by " + Printable(answer.why) + "\n";
}

std::string FormatPod(const PodPlan& plan) {
  const std::string pod = "\n" + Printable(plan.pod) + ": ";
  if (!plan.error.empty()) return pod + "not known: " + Printable(plan.error) + "\n";
  if (plan.paths.empty()) return pod + "up to date\n";
  std::string text = pod + Count(plan.paths.size(), "path") + ", " +
                     FormatBytes(BytesToSend(plan)) + " of content to encode";
  for (const auto& step : plan.steps) text += ", then " + Printable(Join(step, " "));
  if (plan.restart) text += ", then a restart";
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < plan.paths.size() && i < kShownPaths; ++i) {
    const PlannedPath& path = plan.paths[i];
    rows.push_back({SizeOf(path), path.change, Printable(path.source), Printable(path.path)});
  }
  text += "\n" + FormatTable({"SIZE", "CHANGE", "FROM", "TO"}, rows);
  if (plan.paths.size() > kShownPaths) {
    text += "and " + std::to_string(plan.paths.size() - kShownPaths) + " more; -o json lists all\n";
  }
  return text;
}

json AnswersToJson(const std::vector<PathAnswer>& answers) {
  json array = json::array();
  for (const PathAnswer& answer : answers) {
    json& object = array.emplace_back(json{{"path", answer.path}, {"why", answer.why}});
    if (!answer.to.empty()) object["to"] = answer.to;
  }
  return array;
}

json PodToJson(const PodPlan& plan) {
  if (!plan.error.empty()) return {{"pod", plan.pod}, {"error", plan.error}};
  json paths = json::array();
  for (const PlannedPath& path : plan.paths) {
    paths.push_back({{"change", path.change},
                     {"path", path.path},
                     {"source", path.source},
                     {"size", path.size},
                     {"held", path.held}});
  }
  return {{"pod", plan.pod},
          {"bytes", BytesToSend(plan)},
          {"paths", std::move(paths)},
          {"steps", plan.steps},
          {"restart", plan.restart}};
}

}  // namespace

uint64_t BytesToSend(const PodPlan& plan) {
  uint64_t bytes = 0;
  for (const PlannedPath& path : plan.paths) bytes += path.held ? 0 : path.size;
  return bytes;
}

std::string FormatPlan(const PlanReport& report) {
  std::string text = "workspace " + Printable(report.directory) + ": " +
                     Count(report.files, "file") + ", tree " + report.tree.substr(0, 12) + "\n";
  for (const PathAnswer& skipped : report.skipped) text += FormatAnswer(skipped);
  for (const PathAnswer& answer : report.answers) text += FormatAnswer(answer);
  if (report.pods.empty()) text += "\nno pods: whatever pod comes gets all of it\n";
  for (const PodPlan& pod : report.pods) text += FormatPod(pod);
  return text;
}

json PlanToJson(const PlanReport& report) {
  json pods = json::array();
  for (const PodPlan& pod : report.pods) pods.push_back(PodToJson(pod));
  return {{"directory", report.directory},
          {"files", report.files},
          {"tree", report.tree},
          {"pods", std::move(pods)},
          {"answers", AnswersToJson(report.answers)},
          {"skipped", AnswersToJson(report.skipped)}};
}

}  // namespace hawser::cli
