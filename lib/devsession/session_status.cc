// Writes a session's status, whole or the part that one field manager owns, and looks into it.
#include "lib/devsession/session_status.h"

#include <nlohmann/json.hpp>

namespace hawser::devsession {

namespace {

using nlohmann::json;

void AddControllerFields(const PodStatus& pod, json& out) {
  out["name"] = pod.name;
  out["ready"] = pod.ready;
  out["restarts"] = pod.restarts;
}

void AddSyncFields(const PodStatus& pod, json& out) {
  out["name"] = pod.name;
  out["uid"] = pod.uid;
  out["agentVersion"] = pod.agent_version;
  out["batch"] = pod.batch;
  out["treeDigest"] = pod.tree_digest;
  out["problems"] = json::array();
  for (const PodProblem& problem : pod.problems) {
    out["problems"].push_back(
        {{"path", problem.path}, {"reason", problem.reason}, {"message", problem.message}});
  }
}

void AddPorts(const SessionStatus& status, json& out) {
  out["ports"] = json::array();
  for (const PortStatus& port : status.ports) {
    out["ports"].push_back(
        {{"name", port.name}, {"container", port.container}, {"service", port.service}});
  }
}

void AddLastSync(const SessionStatus& status, json& out) {
  if (!status.last_sync) return;
  const LastSync& last = *status.last_sync;
  out["lastSync"] = {
      {"batch", last.batch}, {"time", last.time}, {"files", last.files}, {"bytes", last.bytes}};
  if (!last.by.empty()) out["lastSync"]["by"] = last.by;
}

}  // namespace

json ConditionToJson(const Condition& condition) {
  json out = {{"type", condition.type},
              {"status", condition.status},
              {"reason", condition.reason},
              {"message", condition.message},
              {"lastTransitionTime", condition.last_transition_time}};
  if (condition.observed_generation != 0) out["observedGeneration"] = condition.observed_generation;
  return out;
}

json ControllerStatusToJson(const SessionStatus& status) {
  json out = {{"observedGeneration", status.observed_generation}, {"phase", status.phase}};
  out["conditions"] = json::array();
  for (const Condition& condition : status.conditions) {
    out["conditions"].push_back(ConditionToJson(condition));
  }
  out["pods"] = json::array();
  for (const PodStatus& pod : status.pods) AddControllerFields(pod, out["pods"].emplace_back());
  AddPorts(status, out);
  if (status.undone) {
    out["undone"] = {{"count", status.undone->count}, {"lastTime", status.undone->last_time}};
  }
  if (!status.url.empty()) out["url"] = status.url;
  if (!status.expires_at.empty()) out["expiresAt"] = status.expires_at;
  if (status.restarts) out["restarts"] = ToJson(*status.restarts);
  return out;
}

json SyncStatusToJson(const SessionStatus& status) {
  json out = json::object();
  const Condition* synced = FindCondition(status, kSyncedCondition);
  if (synced != nullptr) out["conditions"] = json::array({ConditionToJson(*synced)});
  out["pods"] = json::array();
  for (const PodStatus& pod : status.pods) AddSyncFields(pod, out["pods"].emplace_back());
  AddLastSync(status, out);
  return out;
}

json StatusToJson(const SessionStatus& status) {
  json out = ControllerStatusToJson(status);
  for (size_t i = 0; i < status.pods.size(); ++i) AddSyncFields(status.pods[i], out["pods"][i]);
  AddLastSync(status, out);
  if (status.direct_restarts) out["directRestarts"] = ToJson(*status.direct_restarts);
  if (!status.image.empty()) out["image"] = status.image;
  if (!status.last_active.empty()) out.update(ActivityToJson(status.last_active));
  return out;
}

json ActivityToJson(const std::string& last_active) {
  return {{"lastActive", last_active}};
}

const Condition* FindCondition(const SessionStatus& status, const std::string& type) {
  for (const Condition& condition : status.conditions) {
    if (condition.type == type) return &condition;
  }
  return nullptr;
}

}  // namespace hawser::devsession
