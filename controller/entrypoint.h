// What an image starts by itself, as its registry tells.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/plan/observed.h"
#include "lib/base/result.h"
#include "lib/oci/registry.h"

namespace hawser::controller {

/// Answers at once what is known of images. Thread-safe.
class ImageCommands {
 public:
  virtual ~ImageCommands() = default;
  /// The image's entrypoint and command, both possibly empty; nothing while its registry is being
  /// asked: session `asker` is looked at again when it has answered. Failures say what to do.
  virtual Result<std::optional<ImageCommand>> Find(const std::string& image,
                                                   const kube::ObjectKey& asker) = 0;
};

/// Answers what an image starts when the pod spec does not say. Thread-safe.
class ImageCommandSource {
 public:
  virtual ~ImageCommandSource() = default;
  /// As ImageCommands, but waits for the answer.
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
