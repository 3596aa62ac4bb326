// Objects for many sessions at once.
#include "bench/operator/population.h"

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::bench {

namespace {

using nlohmann::json;

/// Enough to keep an API server on two processors busy.
constexpr int kThreads = 8;

json Workload(const kube::ObjectKey& key) {
  json object = kube::MakeObject(kube::resources::kDeployments, key);
  const json labels = {{"app", key.name}};
  const json container = {
      {"name", "app"},
      {"image", "registry.example/team/app:1"},
      {"command", {"/usr/bin/app", "--listen", ":8080"}},
      {"env", {{{"name", "STAGE"}, {"value", "dev"}}, {{"name", "PORT"}, {"value", "8080"}}}},
      {"ports", {{{"name", "http"}, {"containerPort", 8080}}}},
      {"resources", {{"requests", {{"cpu", "100m"}, {"memory", "64Mi"}}}}},
      {"livenessProbe", {{"httpGet", {{"path", "/healthz"}, {"port", "http"}}}}}};
  object["spec"] = {
      {"replicas", 1},
      {"selector", {{"matchLabels", labels}}},
      {"template",
       {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", json::array({container})}}}}}};
  return object;
}

json Session(const kube::ObjectKey& key) {
  json object = kube::MakeObject(controller::kDevSessions, key);
  object["spec"] = {{"owner", "dev-" + key.name},
                    {"target", {{"kind", "Deployment"}, {"name", key.name}, {"container", "app"}}},
                    {"sync", {{{"from", "./src"}, {"to", "/app/src"}, {"ignore", {"**/*.pyc"}}}}},
                    {"restart", {{"policy", "Process"}, {"on", {"**/*.py"}}}}};
  return object;
}

Status MakeNamespaces(kube::Api& api, int first, int end) {
  std::set<std::string> names;
  for (int number = first; number < end; ++number) names.insert(KeyOfSession(number).ns);
  for (const std::string& name : names) {
    const Status made = api.Create(kube::resources::kNamespaces, "",
                                   kube::MakeObject(kube::resources::kNamespaces, {"", name}))
                            .status();
    if (!made.ok() && made.code() != Code::kAlreadyExists) return made;
  }
  return OkStatus();
}

}  // namespace

kube::ObjectKey KeyOfSession(int number) {
  return {"bench-" + std::to_string(number / kSessionsPerNamespace),
          "app-" + std::to_string(number)};
}

Status ForEachNumber(int first, int end, const std::function<Status(int)>& act) {
  std::atomic<int> next = first;
  std::mutex mutex;
  Status failure;
  const auto work = [&] {
    for (int number = next++; number < end; number = next++) {
      const Status acted = act(number);
      if (acted.ok()) continue;
      const std::lock_guard lock(mutex);
      if (failure.ok()) failure = acted;
      next = end;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work);
  }
  return failure;
}

Status MakeWorkloads(kube::Api& api, int first, int end) {
  HAWSER_RETURN_IF_ERROR(MakeNamespaces(api, first, end));
  return ForEachNumber(first, end, [&](int number) {
    const kube::ObjectKey key = KeyOfSession(number);
    return api.Create(kube::resources::kDeployments, key.ns, Workload(key)).status();
  });
}

Status MakeSessions(kube::Api& api, int first, int end) {
  return ForEachNumber(first, end, [&](int number) {
    const kube::ObjectKey key = KeyOfSession(number);
    return api.Create(controller::kDevSessions, key.ns, Session(key)).status();
  });
}

bool IsPlanned(const json& session) {
  if (kube::IntegerAt(session, "/status/observedGeneration") != kube::GenerationOf(session)) {
    return false;
  }
  const json* conditions = kube::Find(session, "/status/conditions");
  if (conditions == nullptr) return false;
  for (const json& condition : *conditions) {
    if (condition.value("type", "") == "AgentInjected") {
      return condition.value("status", "") == "True";
    }
  }
  return false;
}

}  // namespace hawser::bench
