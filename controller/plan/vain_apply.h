// Applies that change nothing, because the cluster's admission makes something else of them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "controller/plan/observed.h"
#include "lib/base/digest.h"

namespace hawser::controller {

/// Names the apply of `wanted` to an object as it is in `live`, whatever the server counts.
Digest NameOfApply(const nlohmann::json& wanted, const nlohmann::json& live);

/// True when `answer`, which an apply to `live` got, is the object as it was.
bool IsAsBefore(const nlohmann::json& live, const nlohmann::json& answer);

/// True when this apply was tried and changed nothing: what is there is what one gets.
bool IsVain(const Observed& observed, const nlohmann::json& wanted, const nlohmann::json& live);

}  // namespace hawser::controller
