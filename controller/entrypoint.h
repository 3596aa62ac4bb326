// What an image starts by itself, as its registry tells.
#pragma once

#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "lib/base/result.h"
#include "lib/oci/registry.h"

namespace hawser::controller {

/// Answers what an image starts when the pod spec does not say. Thread-safe.
class ImageCommandSource {
 public:
  virtual ~ImageCommandSource() = default;
  /// The image's entrypoint and command, both possibly empty. Failures say what to do.
  virtual Result<ImageCommand> Lookup(const std::string& image) = 0;
};

/// Asks the image's registry, anonymously. Answers are not kept here: the controller keeps them
/// with what it replaced, on the workload itself.
class RegistryImageCommands final : public ImageCommandSource {
 public:
  /// Registries in `insecure` ("10.0.0.1:5000") are asked over plain HTTP.
  explicit RegistryImageCommands(const std::vector<std::string>& insecure);
  Result<ImageCommand> Lookup(const std::string& image) override;

 private:
  const oci::Registry registry_;
};

}  // namespace hawser::controller
