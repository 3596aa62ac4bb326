// Requests with bodies copied from a model.
#include "bench/operator/floor.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "bench/command.h"
#include "bench/operator/population.h"
#include "bench/operator/program.h"
#include "controller/plan/plan.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::bench {

namespace {

using nlohmann::json;

/// Another than the controller's, whose fields the model is not to share.
constexpr char kManager[] = "hawser-bench";

json FinalizerPatch() {
  return json::array({{{"op", "add"},
                       {"path", "/metadata/finalizers"},
                       {"value", json::array({devsession::kFinalizer})}}});
}

double Seconds(const std::function<hawser::Status()>& act, hawser::Status& status) {
  const auto began = std::chrono::steady_clock::now();
  status = act();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

Floor::Floor(kube::Api& api) : api_(&api) {}

Result<Floor> Floor::Make(kube::Api& api, int model, int first, int end) {
  Floor floor(api);
  const kube::ObjectKey key = KeyOfSession(model);
  HAWSER_ASSIGN_OR_RETURN(
      json secret, api.Get(kube::resources::kSecrets, {key.ns, devsession::SecretName(key.name)}));
  HAWSER_ASSIGN_OR_RETURN(json session, api.Get(controller::kDevSessions, key));
  floor.secret_ = std::make_shared<const json>(std::move(secret));
  floor.status_ = std::make_shared<const json>(session["status"]);
  for (int number = first; number < end; ++number) {
    HAWSER_ASSIGN_OR_RETURN(floor.injections_[number], floor.PlanInjection(number));
  }
  return floor;
}

Result<json> Floor::PlanInjection(int number) const {
  const kube::ObjectKey key = KeyOfSession(number);
  HAWSER_ASSIGN_OR_RETURN(json session, api_->Get(controller::kDevSessions, key));
  HAWSER_ASSIGN_OR_RETURN(json workload, api_->Get(kube::resources::kDeployments, key));
  controller::Observed observed;
  HAWSER_ASSIGN_OR_RETURN(observed.session, devsession::ParseDevSession(session));
  observed.object = std::make_shared<const json>(std::move(session));
  observed.target = controller::Workload{kube::resources::kDeployments,
                                         std::make_shared<const json>(std::move(workload))};
  const controller::Plan plan = controller::MakePlan(observed, {.agent_image = kAgentImage},
                                                     std::chrono::system_clock::now());
  if (!plan.inject) return InternalError("no injection is planned for " + key.ToString());
  return plan.inject->object;
}

json Floor::Secret(int number) const {
  const kube::ObjectKey key = KeyOfSession(number);
  json object =
      kube::MakeObject(kube::resources::kSecrets, {key.ns, devsession::SecretName(key.name)});
  object["metadata"]["labels"] = (*secret_)["metadata"]["labels"];
  object["type"] = (*secret_)["type"];
  object["data"] = (*secret_)["data"];
  return object;
}

json Floor::Status(int number) const {
  json object = kube::MakeObject(controller::kDevSessions, KeyOfSession(number));
  object["status"] = *status_;
  return object;
}

Result<double> Floor::ByRequests(int first, int end) {
  const auto write = [&](int number) -> hawser::Status {
    const kube::ObjectKey key = KeyOfSession(number);
    HAWSER_RETURN_IF_ERROR(
        api_->Patch(controller::kDevSessions, key, kube::PatchType::kJson, FinalizerPatch(), "")
            .status());
    HAWSER_RETURN_IF_ERROR(
        api_->Create(kube::resources::kSecrets, key.ns, Secret(number)).status());
    HAWSER_RETURN_IF_ERROR(
        api_->Apply(kube::resources::kDeployments, key, injections_.at(number), kManager, true, "")
            .status());
    return api_->Apply(controller::kDevSessions, key, Status(number), kManager, true, "status")
        .status();
  };
  hawser::Status status;
  const double took = Seconds([&] { return ForEachNumber(first, end, write); }, status);
  if (!status.ok()) return status;
  return (end - first) / took;
}

Result<double> Floor::ByKubectl(int first, int end, const std::string& kubeconfig) {
  const std::vector<std::string> kubectl = {"kubectl", "--kubeconfig", kubeconfig};
  const auto run = [&](std::vector<std::string> words, const std::string& input) {
    words.insert(words.begin(), kubectl.begin(), kubectl.end());
    return Output(words, input).status();
  };
  std::string secrets;
  std::string workloads;
  for (int number = first; number < end; ++number) {
    secrets += "---\n" + Secret(number).dump() + "\n";
    workloads += "---\n" + injections_.at(number).dump() + "\n";
  }
  const auto write = [&]() -> hawser::Status {
    for (int number = first; number < end; ++number) {
      const kube::ObjectKey key = KeyOfSession(number);
      HAWSER_RETURN_IF_ERROR(run({"-n", key.ns, "patch", "devsession", key.name, "--type=json",
                                  "-p", FinalizerPatch().dump()},
                                 ""));
    }
    HAWSER_RETURN_IF_ERROR(run({"create", "-f", "-"}, secrets));
    return run({"apply", "--server-side", "--force-conflicts", "--validate=false", "-f", "-"},
               workloads);
  };
  hawser::Status status;
  const double took = Seconds(write, status);
  if (!status.ok()) return status;
  return (end - first) / took;
}

}  // namespace hawser::bench
