// Applies, waits for and removes the bench's pod with kubectl.
#include "bench/deployment.h"

#include <chrono>
#include <string_view>
#include <utility>

#include "bench/command.h"
#include "bench/scratch.h"

namespace hawser::bench {
namespace {

constexpr auto kStartLimit = std::chrono::seconds(120);
constexpr auto kLook = std::chrono::milliseconds(200);

std::string Replaced(std::string text, std::string_view key, std::string_view value) {
  for (size_t at = 0; (at = text.find(key, at)) != std::string::npos; at += value.size())
    text.replace(at, key.size(), value);
  return text;
}

}  // namespace

Result<Deployment> Deployment::Open(DeploymentOptions options) {
  Deployment deployment(std::move(options));
  deployment.Remove();  // what a bench that was killed left has files already
  HAWSER_RETURN_IF_ERROR(deployment.Apply(deployment.options_.workload));
  HAWSER_RETURN_IF_ERROR(deployment.Apply(deployment.options_.session));
  HAWSER_RETURN_IF_ERROR(deployment.Wait().Annotate("setting up " + deployment.name()));
  return deployment;
}

Deployment::Deployment(Deployment&& other) noexcept
    : options_(std::move(other.options_)), active_(std::exchange(other.active_, false)) {}

Deployment::~Deployment() {
  if (active_ && !options_.keep) Remove();
}

void Deployment::Remove() const {
  for (const std::string kind : {"devsession", "deployment"}) {
    (void)Output({"kubectl", "-n", kNamespace, "delete", kind, options_.name, "--ignore-not-found",
                  "--timeout=60s"});
  }
}

Status Deployment::Apply(const std::string& manifest) const {
  std::string text = FileText(manifest);
  if (text.empty()) return NotFoundError("there is no manifest " + manifest);
  for (const auto& [key, value] : options_.values) text = Replaced(std::move(text), key, value);
  return Output({"kubectl", "apply", "-f", "-"}, text).status();
}

Status Deployment::Wait() const {
  return Output({"kubectl", "-n", kNamespace, "wait", "--for=condition=AgentInjected",
                 "devsession/" + options_.name, "--timeout=120s"})
      .status();
}

Result<Container> Deployment::Find(const std::string& container) const {
  Result<Container> found = NotFoundError("not looked yet");
  const std::string label = "app=" + options_.name;
  const auto ready = [&] {
    const auto agent = FindContainer(kNamespace, label, kAgentContainer);
    found = FindContainer(kNamespace, label, container);
    // While the workload is rolled over, the pod without the agent is still there.
    return agent.ok() && found.ok() && agent->pod == found->pod;
  };
  if (PollUntil(ready, kLook, kStartLimit)) return found;
  return DeadlineExceededError("the pod did not become ready: " + found.status().ToString());
}

Result<Container> Deployment::Renew(const Container& old) {
  HAWSER_RETURN_IF_ERROR(
      Output({"kubectl", "-n", kNamespace, "delete", "pod", old.pod, "--timeout=180s"}).status());
  return Find(kAppContainer);
}

}  // namespace hawser::bench
