// Joins the pod spec's command with what registries and annotations say of the image.
#include "controller/plan/app.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "controller/plan/command.h"
#include "lib/kube/object.h"

namespace hawser::controller {

namespace {

using nlohmann::json;

/// Takes what an annotation remembers of the image, if `original` has nothing of it yet.
void Recall(const json& workload, const std::string& image, Original& original) {
  if (original.image_command && original.image == image) return;
  std::optional<Original> stored = StoredOriginal(workload);
  if (!stored || !stored->image_command || stored->image != image) return;
  original.image = image;
  original.image_command = std::move(stored->image_command);
}

}  // namespace

Original AppOriginal(const Observed& observed, const json& workload, const json& container) {
  Original original = CurrentOriginal(workload, container);
  const std::string image = kube::StringAt(container, "/image");
  Recall(*observed.target->object, image, original);
  for (const Workload& own : observed.own) Recall(*own.object, image, original);
  const bool needed = NeedsImageCommand(original, observed.session.spec.target);
  if (needed && observed.image_command) {
    original.image = image;
    original.image_command = observed.image_command;
  } else if (!needed || original.image != image) {
    original.image.clear();
    original.image_command.reset();
  }
  return original;
}

std::optional<std::string> UnknownImage(const Observed& observed, const json& workload,
                                        const json& container) {
  const Original original = AppOriginal(observed, workload, container);
  const bool needed = NeedsImageCommand(original, observed.session.spec.target);
  if (!needed || original.image_command) return std::nullopt;
  return kube::StringAt(container, "/image");
}

}  // namespace hawser::controller
