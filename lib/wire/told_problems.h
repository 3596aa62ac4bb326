// How much of what went wrong is told.
#pragma once

#include <vector>

#include "lib/wire/batch_messages.h"

namespace hawser::wire {

/// Leaves at most kMaxToldProblems, the last of which says how many more there are, each with a
/// text of kMaxToldText: what any message holds. What was cut stays as it is when cut again.
void CutToTold(std::vector<Problem>& problems);

/// Cuts the results' texts to kMaxToldText.
void CutToTold(std::vector<StepResult>& steps);

}  // namespace hawser::wire
