// What is watched, and which sessions each change concerns.
#include "controller/operator.h"

#include <thread>
#include <utility>

#include "controller/mappers.h"
#include "controller/resources.h"
#include "controller/session_metrics.h"
#include "lib/kube/mapping.h"

namespace hawser::controller {

namespace {

kube::ReflectorOptions Mirror(const kube::Resource& resource, const std::string& ns,
                              const std::string& label_selector = {}) {
  return {.resource = resource, .list = {.ns = ns, .label_selector = label_selector}};
}

}  // namespace

Operator::Operator(kube::Api& api, ImageCommandSource& images, const Clock& clock,
                   OperatorOptions options)
    : images_(images, clock),
      observer_(caches_, keys_, api, images_, clock),
      recorder_(api, {.controller = "hawser.dev/controller", .instance = options.instance}, clock),
      audit_(recorder_, options.metrics, clock),
      reconciler_(api, observer_, keys_, audit_, clock, std::move(options.plan)),
      policy_reconciler_(api, caches_, clock),
      policy_loop_({.name = "devpolicy", .workers = 1, .metrics = options.metrics}, api,
                   policy_reconciler_, clock),
      loop_({.name = "devsession", .workers = options.workers, .metrics = options.metrics}, api,
            reconciler_, clock) {
  options.metrics.BeforeShowing(
      [this, &metrics = options.metrics] { CountSessions(caches_, metrics); });
  const std::string& ns = options.ns;
  loop_.Watch(Mirror(kDevSessions, ns), caches_.sessions, CountingFor(MapSession(caches_)));
  loop_.Watch(Mirror(kDevPolicies, ns), caches_.policies,
              [this, mapper = MapPolicy(caches_)](const kube::Change& change) {
                policy_loop_.EnqueueAfter(change.key, kCountDelay);
                return mapper(change);
              });
  for (const kube::Resource& resource : kTargetResources) {
    loop_.Watch(Mirror(resource, ns), caches_.Workloads(resource),
                kube::UnlessOnlyStatusChanged(MapWorkload(caches_.sessions, resource)));
  }
  loop_.Watch(Mirror(kube::resources::kPods, ns, devsession::kSessionLabel), caches_.pods,
              kube::MapToLabel(devsession::kSessionLabel));
  loop_.Watch(Mirror(kube::resources::kServices, ns, devsession::kSessionLabel), caches_.services,
              kube::MapToLabel(devsession::kSessionLabel));
  loop_.Watch(Mirror(kube::resources::kIngresses, ns), caches_.ingresses,
              kube::UnlessOnlyStatusChanged(MapIngress(caches_.sessions)));
}

/// `mapper`, which also has the policies counted anew that a change concerns.
kube::KeyMapper Operator::CountingFor(kube::KeyMapper mapper) {
  return [this, mapper = std::move(mapper)](const kube::Change& change) {
    for (const kube::ObjectKey& policy : PoliciesCounting(caches_, change)) {
      policy_loop_.EnqueueAfter(policy, kCountDelay);
    }
    return mapper(change);
  };
}

Status Operator::Run(std::stop_token stop) {
  started_ = true;
  const auto ask_registries = [this](const std::stop_token& done) {
    images_.Run(done, [this](const kube::ObjectKey& session) { loop_.Enqueue(session); });
  };
  const std::jthread asks(ask_registries);
  const std::jthread asks_too(ask_registries);
  const std::jthread policies(
      [this](const std::stop_token& done) { (void)policy_loop_.Run(done); });
  return loop_.Run(std::move(stop));
}

}  // namespace hawser::controller
