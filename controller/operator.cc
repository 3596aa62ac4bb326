// What is watched, and which sessions each change concerns.
#include "controller/operator.h"

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
    : observer_(caches_, keys_, api, images, clock),
      recorder_(api, {.controller = "hawser.dev/controller", .instance = options.instance}, clock),
      reconciler_(api, observer_, keys_, recorder_, clock, std::move(options.plan)),
      loop_({.name = "devsession", .workers = options.workers, .metrics = options.metrics}, api,
            reconciler_, clock) {
  options.metrics.BeforeShowing(
      [this, &metrics = options.metrics] { CountSessions(caches_, metrics); });
  const std::string& ns = options.ns;
  loop_.Watch(Mirror(kDevSessions, ns), caches_.sessions,
              kube::UnlessOnlyStatusChanged(MapSession(caches_.sessions)));
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

Status Operator::Run(std::stop_token stop) {
  started_ = true;
  return loop_.Run(std::move(stop));
}

}  // namespace hawser::controller
