// Metrics that are kept, and shown in Prometheus' text format.
#pragma once

#include <memory>
#include <string>

#include "lib/base/metrics.h"

namespace hawser::metrics {

/// The content type of what Registry::Show returns.
inline constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

/// Thread-safe.
class Registry : public Metrics {
 public:
  /// Everything it handed out with its present value: ordered by name, then by labels.
  virtual std::string Show() = 0;
};

std::unique_ptr<Registry> MakeRegistry();

}  // namespace hawser::metrics
