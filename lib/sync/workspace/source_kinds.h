// Whether rules start from files or directories.
#pragma once

#include <string>
#include <vector>

#include "lib/sync/workspace/rules.h"

namespace hawser::sync {

/// Sets the `source` of each rule by what the workspace `root` has there now. What is missing now
/// stays what it was known to be: builds remove what they make anew.
void LookAtSources(const std::string& root, std::vector<Rule>& rules);

}  // namespace hawser::sync
