// Not by server-side apply: the number of pods stays its owner's, whoever set it last.
#include "controller/plan/scale.h"

#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "controller/plan/original.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

json ScalePatch(const json& workload, int64_t replicas, const Original& original) {
  json changed = workload;
  changed["spec"]["replicas"] = replicas;
  changed["metadata"]["annotations"][kOriginalAnnotation] = OriginalToText(original);
  json patch = json::array({{{"op", "replace"},
                             {"path", "/metadata/resourceVersion"},
                             {"value", kube::ResourceVersionOf(workload)}}});
  for (json& operation : json::diff(workload, changed)) patch.push_back(std::move(operation));
  return patch;
}

}  // namespace

bool CanScale(const json& workload) {
  return kube::StringAt(workload, "/kind") != "DaemonSet";
}

int64_t Replicas(const json& workload) {
  return kube::IntegerAt(workload, "/spec/replicas", 1);
}

json SleepPatch(const json& workload) {
  Original original = StoredOriginal(workload).value_or(Original{});
  original.replicas = Replicas(workload);
  return ScalePatch(workload, 0, original);
}

json WakePatch(const json& workload) {
  Original original = StoredOriginal(workload).value_or(Original{});
  const int64_t replicas = KeptReplicas(workload).value_or(Replicas(workload));
  original.replicas.reset();
  return ScalePatch(workload, replicas, original);
}

}  // namespace hawser::controller
