// Small configuration files, read whole.
#pragma once

#include <string>

#include "lib/base/result.h"

namespace hawser::kube {

/// The content of a file of at most 4 MiB; failures name the file.
Result<std::string> ReadFile(const std::string& path);

}  // namespace hawser::kube
