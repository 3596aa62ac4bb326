// From a changed object to the keys worth reconciling.
#pragma once

#include <string>

#include "lib/kube/controller_loop.h"

namespace hawser::kube {

/// The changed object's own key.
KeyMapper MapToSelf();

/// The object of `kind` that controls the changed one, before or after the change.
KeyMapper MapToController(std::string kind);

/// The object in the same namespace that a label of the changed one names, before or after.
KeyMapper MapToLabel(std::string label);

/// Drops changes to nothing but the status: same generation, labels, annotations, finalizers and
/// deletion timestamp.
KeyMapper UnlessOnlyStatusChanged(KeyMapper mapper);

}  // namespace hawser::kube
