// What the app container starts by itself, with what is known of its image.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "controller/plan/observed.h"
#include "controller/plan/original.h"

namespace hawser::controller {

/// The original of `container` of `workload` (the target, or the copy a clone starts from). What
/// its image starts is in it where that matters and is known: from the registry just now, or from
/// an annotation that an earlier plan left.
Original AppOriginal(const Observed& observed, const nlohmann::json& workload,
                     const nlohmann::json& container);

/// The container's image, when its registry must be asked what it starts.
std::optional<std::string> UnknownImage(const Observed& observed, const nlohmann::json& workload,
                                        const nlohmann::json& container);

}  // namespace hawser::controller
