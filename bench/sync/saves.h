// Saves beside a running `hawser push --watch`: what the cases about changes share.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "bench/sync/trial.h"

namespace hawser::bench {

/// Writes version `version` of the case's files into `folder` and tells by what they are known.
/// Version 0 is what is there at first.
using Save =
    std::function<Result<std::vector<Mark>>(const std::filesystem::path& folder, int version)>;

/// What is done before each save that Hawser brings.
using Preparation = std::function<Status(Trial& trial)>;

/// Brings version 0 into the pod by every tool, then saves `runs` times for each in turn, after
/// two that do not count. Time runs from the end of the last write.
Result<std::vector<Row>> MeasureSaves(Trial& trial, const Save& save, int runs,
                                      const Preparation& prepare = {});

}  // namespace hawser::bench
