// What an image says about how to run it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace hawser::oci {

/// The part of an image's config blob that decides what a container runs.
struct ImageConfig {
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::vector<std::string> env;  ///< "NAME=value"
  std::string user;
  std::string working_dir;
  bool operator==(const ImageConfig&) const = default;
};

/// Reads a config blob (OCI or Docker; they agree on these fields). data_loss names the field that
/// is not what it should be.
Result<ImageConfig> ParseImageConfig(std::string_view json);

}  // namespace hawser::oci
