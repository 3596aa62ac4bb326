// Where an image's manifest leads: to its config blob, or by way of an index to another manifest.
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::oci {

/// What to fetch after a manifest.
struct ManifestTarget {
  bool is_manifest = false;  ///< of the image that an index has; else it is a config blob
  std::string digest;        ///< IsSha256Digest
  bool operator==(const ManifestTarget&) const = default;
};

/// Reads a manifest or an index (OCI or Docker; they agree on these fields); of an index, the entry
/// for Linux on `architecture`. not_found says what the index has in its place; data_loss what is
/// not as it should be.
Result<ManifestTarget> ParseManifest(std::string_view text, const std::string& architecture);

}  // namespace hawser::oci
