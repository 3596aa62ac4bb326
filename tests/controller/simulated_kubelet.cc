// Pods and what becomes of requests on them.
#include "tests/controller/simulated_kubelet.h"

#include <gtest/gtest.h>

#include "controller/plan/names.h"
#include "controller/resources.h"
#include "lib/kube/object.h"

namespace hawser::testing {
namespace {

using nlohmann::json;

constexpr char kPodsNamespace[] = "team";

}  // namespace

uint64_t SimulatedKubelet::TakenUp(const std::string& session) {
  return static_cast<uint64_t>(
      kube::IntegerAt(cluster_.Session(session), "/status/restarts/requested"));
}

void SimulatedKubelet::ComesOrGoes(const std::string& session) {
  const auto pods = cluster_.api().List(kube::resources::kPods, {}).value();
  for (const json& pod : pods.items) {
    if (kube::LabelOf(pod, devsession::kSessionLabel) != session || random_() % 2 == 0) continue;
    (void)cluster_.api().Delete(kube::resources::kPods, kube::KeyOf(pod));
    return;
  }
  const json object = cluster_.Session(session);
  if (object.is_null()) return;
  const std::string name = session + "-" + std::to_string(++made_);
  json pod = MakePod(name, Running(), Running());
  pod["metadata"]["labels"][devsession::kSessionLabel] = session;
  json proxy = pod["status"]["containerStatuses"][0];
  proxy["name"] = "proxy";  // the other container that sessions may be on
  pod["status"]["containerStatuses"].push_back(std::move(proxy));
  pod["spec"]["volumes"] = json::array({{{"name", controller::kPodInfoVolume}}});
  cluster_.Create(kube::resources::kPods, pod);
  const std::string uid = kube::UidOf(cluster_.Get(kube::resources::kPods, name));
  born_with_[uid] = kube::UidOf(object) + " " + std::to_string(TakenUp(session));
}

void SimulatedKubelet::Sync() {
  const auto pods = cluster_.api().List(kube::resources::kPods, {}).value();
  for (const json& pod : pods.items) Look(pod);
}

void SimulatedKubelet::Look(const json& pod) {
  const std::string text = kube::AnnotationOf(pod, controller::kRestartRequestAnnotation);
  const std::string id = text.substr(0, text.find(' '));
  const std::string uid = kube::UidOf(pod);
  if (text.empty() || last_[uid] == id) return;
  last_[uid] = id;
  EXPECT_TRUE(seen_[uid].insert(id).second) << kube::NameOf(pod) << " asked again for " << id;
  const std::string session =
      kube::UidOf(cluster_.Session(kube::LabelOf(pod, devsession::kSessionLabel)));
  const std::string& born = born_with_[uid];
  if (born.starts_with(session + " ")) {
    const uint64_t before = std::stoull(born.substr(born.find(' ')));
    EXPECT_GT(std::stoull(id.substr(3)), before) << kube::NameOf(pod) << " came after " << id;
  }
  if (text.find("policy=Container") != std::string::npos) RestartContainer(pod);
}

void SimulatedKubelet::RestartContainer(const json& pod) {
  json statuses = pod["status"]["containerStatuses"];
  for (json& status : statuses) {
    status["restartCount"] = kube::IntegerAt(status, "/restartCount") + 1;
  }
  const json patch = {{"status", {{"containerStatuses", statuses}}}};
  EXPECT_TRUE(
      cluster_.api()
          .Patch(kube::resources::kPods, kube::KeyOf(pod), kube::PatchType::kMerge, patch, "status")
          .ok());
}

}  // namespace hawser::testing
