// Observations and injections of the sample objects.
#include "tests/controller/plan/world.h"

#include "controller/plan/original.h"
#include "lib/base/text.h"
#include "tests/support/kube/field_owners.h"

namespace hawser::testing {

using nlohmann::json;

WallTime Now() {
  return ParseTime("2026-01-02T00:00:00Z").value();
}

controller::PlanOptions Options() {
  return {.agent_image = "registry.example/hawser-agent:1"};
}

controller::Observed Observe(const json& session, const json& deployment) {
  controller::Observed observed;
  observed.object = std::make_shared<const json>(session);
  Result<devsession::DevSession> parsed = devsession::ParseDevSession(session);
  observed.spec_error = parsed.status();
  observed.session = parsed.ok() ? parsed.value() : devsession::ParseMetadata(session);
  controller::Workload target{kube::resources::kDeployments,
                              std::make_shared<const json>(deployment)};
  if (controller::InjectedBy(deployment) == observed.session.name) {
    observed.injected.push_back(target);
  }
  observed.target = std::move(target);
  observed.keys = {.kind = controller::KeysState::Kind::kValid,
                   .expires = Now() + std::chrono::hours(24 * 365)};
  return observed;
}

json AfterInjection(const json& live, const controller::Plan& plan) {
  FieldOwners owners;
  json config = plan.inject.value().object;
  config["metadata"].erase("resourceVersion");
  return owners.Apply(live, config, "hawser", true).value();
}

}  // namespace hawser::testing
