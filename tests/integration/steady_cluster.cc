// A cluster as the command line sees it: one session and its one pod, which stay as they are.
#include "tests/integration/steady_cluster.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "tests/support/kube/session_objects.h"

namespace hawser::testing {

using nlohmann::json;

SteadyCluster::SteadyCluster()
    : session_(MakeSession("api")), pod_(MakePod("api-1", Running(), Running())) {
  session_["spec"]["sync"] = json::array({{{"from", "."}, {"to", "/app"}}});
  session_["spec"]["restart"] = {{"policy", "Never"}};
  pod_["metadata"]["uid"] = "p-1";
  pod_["metadata"]["resourceVersion"] = "9";
}

const json& SteadyCluster::Only(const kube::Resource& resource) const {
  return resource == kube::resources::kPods ? pod_ : session_;
}

Result<json> SteadyCluster::Get(const kube::Resource& resource, const kube::ObjectKey&) {
  return Only(resource);
}

Result<kube::ObjectList> SteadyCluster::List(const kube::Resource& resource,
                                             const kube::ListOptions&) {
  return kube::ObjectList{.items = {Only(resource)}, .resource_version = "9"};
}

Result<json> SteadyCluster::Create(const kube::Resource&, const std::string&, const json& object) {
  return object;
}

Status SteadyCluster::Delete(const kube::Resource&, const kube::ObjectKey&,
                             const kube::DeleteOptions&) {
  return OkStatus();
}

Result<json> SteadyCluster::Apply(const kube::Resource& resource, const kube::ObjectKey&,
                                  const json&, const std::string&, bool, const std::string&) {
  return Only(resource);
}

Result<json> SteadyCluster::Patch(const kube::Resource& resource, const kube::ObjectKey&,
                                  kube::PatchType, const json&, const std::string&) {
  return Only(resource);
}

Status SteadyCluster::Watch(const kube::Resource&, const kube::ListOptions&, const std::string&,
                            const std::function<Status(kube::WatchEvent)>&, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait(lock, std::move(stop), [] { return false; });
  return CancelledError("stopped");
}

Result<std::string> SteadyCluster::GetRaw(const std::string& path) {
  return NotFoundError(path);
}

Result<cli::DialedAgent> LocalDialer::Dial(const std::string&, Deadline, const std::stop_token&) {
  HAWSER_ASSIGN_OR_RETURN(std::unique_ptr<net::ByteStream> stream, pod_.Dial());
  return std::make_unique<wire::Channel>(std::move(stream));
}

}  // namespace hawser::testing
