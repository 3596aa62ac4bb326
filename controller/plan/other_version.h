// Injections that another version of the controller made: they stay as they are while they serve.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "controller/plan/observed.h"

namespace hawser::controller {

/// True when `live` carries an injection with another agent image, or of another layout
/// (kInjectionLayout), that has all by which it does what `wanted`, the object of an apply, asks
/// for, and no pod has trouble with it. To apply `wanted` would replace pods that work, for an
/// upgrade of the controller alone.
bool ServesFromOtherVersion(const Observed& observed, const nlohmann::json& live,
                            const nlohmann::json& wanted);

/// The same of a session's own copy, whose source of both versions is told by kSourceAnnotation.
bool IsCopyOfOtherVersion(const Observed& observed, const nlohmann::json& live,
                          const nlohmann::json& wanted);

}  // namespace hawser::controller
