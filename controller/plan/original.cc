// The annotation `hawser.dev/original`: written, read, and brought up to date with the owner's
// changes.
#include "controller/plan/original.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/names.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// What the API server puts in where a probe does not say.
constexpr int64_t kDefaultFailureThreshold = 3;

/// The list of strings in that field, or nothing.
std::optional<CommandLine> Strings(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_array()) return std::nullopt;
  const bool strings =
      std::all_of(found->begin(), found->end(), [](const json& v) { return v.is_string(); });
  if (!strings) return std::nullopt;
  return found->get<CommandLine>();
}

/// Kubernetes does not tell an empty list from an absent one.
std::optional<CommandLine> NonEmpty(std::optional<CommandLine> line) {
  if (line && line->empty()) return std::nullopt;
  return line;
}

/// The entrypoint that a supervisor's command line ends with.
std::optional<CommandLine> SupervisedEntrypoint(const json& container) {
  const CommandLine command = Strings(container, "command").value_or(CommandLine{});
  const auto dashes = std::find(command.begin(), command.end(), "--");
  if (dashes == command.end()) return std::nullopt;
  return NonEmpty(CommandLine(std::next(dashes), command.end()));
}

/// The thresholds to put back: the probe's own, or the stored one where it holds ours. A supervised
/// container that lost its annotation gets the API's default.
std::map<std::string, int64_t> CurrentThresholds(const json& container,
                                                 const std::map<std::string, int64_t>& stored) {
  std::map<std::string, int64_t> current;
  for (const std::string probe : kKillingProbes) {
    if (kube::Find(container, "/" + probe) == nullptr) continue;
    const int64_t live =
        kube::IntegerAt(container, "/" + probe + "/failureThreshold", kDefaultFailureThreshold);
    const auto kept = stored.find(probe);
    const bool ours = live == kNeverFails && (kept != stored.end() || IsSupervised(container));
    const int64_t original = kept != stored.end() ? kept->second : kDefaultFailureThreshold;
    current[probe] = ours ? original : live;
  }
  return current;
}

}  // namespace

std::string OriginalToText(const Original& original) {
  json out = {{"container", original.container}, {"layout", kInjectionLayout}};
  if (!original.session.empty()) out["session"] = original.session;
  if (original.command) out["command"] = *original.command;
  if (original.args) out["args"] = *original.args;
  if (!original.failure_thresholds.empty()) {
    out["failureThresholds"] = original.failure_thresholds;
  }
  if (!original.owners.empty()) out["owners"] = OwnersToJson(original.owners);
  if (original.replicas) out["replicas"] = *original.replicas;
  if (original.image_command) {
    out["image"] = {{"name", original.image},
                    {"entrypoint", original.image_command->entrypoint},
                    {"cmd", original.image_command->cmd}};
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Original> StoredOriginal(const json& workload) {
  const std::string text = kube::AnnotationOf(workload, kOriginalAnnotation);
  const json stored = json::parse(text, nullptr, false);
  if (!stored.is_object()) return std::nullopt;
  Original original;
  original.session = kube::StringAt(stored, "/session");
  original.container = kube::StringAt(stored, "/container");
  original.command = NonEmpty(Strings(stored, "command"));
  original.args = NonEmpty(Strings(stored, "args"));
  for (const char* probe : kKillingProbes) {
    const std::string pointer = std::string("/failureThresholds/") + probe;
    if (kube::Find(stored, pointer) == nullptr) continue;
    original.failure_thresholds[probe] = kube::IntegerAt(stored, pointer, kDefaultFailureThreshold);
  }
  if (const json* owners = kube::Find(stored, "/owners")) {
    original.owners = OwnersFromJson(*owners);
  }
  const int64_t replicas = kube::IntegerAt(stored, "/replicas");
  if (replicas > 0) original.replicas = replicas;
  const json* image = kube::Find(stored, "/image");
  if (image != nullptr && image->is_object()) {
    original.image = kube::StringAt(*image, "/name");
    original.image_command =
        ImageCommand{.entrypoint = Strings(*image, "entrypoint").value_or(CommandLine{}),
                     .cmd = Strings(*image, "cmd").value_or(CommandLine{})};
  }
  return original;
}

std::optional<int64_t> KeptReplicas(const json& workload) {
  if (kube::IntegerAt(workload, "/spec/replicas", 1) != 0) return std::nullopt;
  const std::optional<Original> stored = StoredOriginal(workload);
  return stored ? stored->replicas : std::nullopt;
}

int64_t StoredLayout(const json& workload) {
  const json stored =
      json::parse(kube::AnnotationOf(workload, kOriginalAnnotation), nullptr, false);
  return kube::IntegerAt(stored, "/layout", 1);
}

std::string InjectedBy(const json& workload) {
  const std::string label = SessionLabelOf(workload);
  if (!label.empty()) return label;
  const std::optional<Original> left = StoredOriginal(workload);
  return left ? left->session : std::string();
}

std::string SessionLabelOf(const json& workload) {
  const json* labels = kube::Find(workload, "/spec/template/metadata/labels");
  if (labels == nullptr || !labels->is_object()) return {};
  return labels->value(devsession::kSessionLabel, std::string());
}

bool IsSupervised(const json& container) {
  const CommandLine command = Strings(container, "command").value_or(CommandLine{});
  return command.size() >= 2 && command[0] == kAgentInPod && command[1] == "supervise";
}

Original CurrentOriginal(const json& workload, const json& container) {
  const std::string name = container.value("name", std::string());
  std::optional<Original> stored = StoredOriginal(workload);
  if (stored && stored->container != name) stored.reset();

  Original original = stored.value_or(Original{.container = name});
  original.session.clear();
  if (kube::IntegerAt(workload, "/spec/replicas", 1) != 0) original.replicas.reset();
  const std::optional<CommandLine> args = NonEmpty(Strings(container, "args"));
  if (!IsSupervised(container)) {
    original.command = NonEmpty(Strings(container, "command"));
    original.args = args;
  } else {
    if (!stored) original.command = SupervisedEntrypoint(container);
    if (args) original.args = args;
  }
  original.failure_thresholds = CurrentThresholds(container, original.failure_thresholds);
  original.owners = Renewed(std::move(original.owners), OwnersOf(workload, name));
  return original;
}

}  // namespace hawser::controller
