// The annotation `hawser.dev/original`: written, read, and brought up to date with the owner's
// changes.
#include "controller/plan/original.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "controller/plan/names.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

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

}  // namespace

std::string OriginalToText(const Original& original) {
  json out = {{"container", original.container}};
  if (original.command) out["command"] = *original.command;
  if (original.args) out["args"] = *original.args;
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
  original.container = kube::StringAt(stored, "/container");
  original.command = NonEmpty(Strings(stored, "command"));
  original.args = NonEmpty(Strings(stored, "args"));
  const json* image = kube::Find(stored, "/image");
  if (image != nullptr && image->is_object()) {
    original.image = kube::StringAt(*image, "/name");
    original.image_command =
        ImageCommand{.entrypoint = Strings(*image, "entrypoint").value_or(CommandLine{}),
                     .cmd = Strings(*image, "cmd").value_or(CommandLine{})};
  }
  return original;
}

std::string InjectedBy(const json& workload) {
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
  const std::optional<CommandLine> args = NonEmpty(Strings(container, "args"));
  if (!IsSupervised(container)) {
    original.command = NonEmpty(Strings(container, "command"));
    original.args = args;
  } else {
    if (!stored) original.command = SupervisedEntrypoint(container);
    if (args) original.args = args;
  }
  return original;
}

}  // namespace hawser::controller
