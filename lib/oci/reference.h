// Image references: "api", "team/api:1", "registry.example:5000/team/api@sha256:...".
#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace hawser::oci {

/// A reference with Docker's short forms spelt out.
struct Reference {
  std::string registry;    ///< "docker.io" where none was given
  std::string repository;  ///< "library/api" for docker.io's own images
  std::string tag;         ///< "latest" where neither tag nor digest was given
  std::string digest;      ///< "sha256:<64 hex digits>"; wins over the tag; may be empty
  bool operator==(const Reference&) const = default;

  /// "docker.io/library/api:latest", with "@sha256:..." when there is a digest.
  std::string ToString() const;
};

/// True for "sha256:" and 64 lower-case hexadecimal digits.
bool IsSha256Digest(std::string_view text);

/// Reads a reference as Docker does. invalid_argument says which part is wrong and what it may
/// hold.
Result<Reference> ParseReference(std::string_view text);

}  // namespace hawser::oci
