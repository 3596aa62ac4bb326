// Where things lie in the content store's directory.
#pragma once

#include <sys/types.h>

#include <string>

#include "lib/base/digest.h"

namespace hawser::sync {

// The supervisor reads as the app's own user. Set with chmod, since the umask takes some away.
inline constexpr mode_t kStoreDirectoryMode = 0755;
inline constexpr mode_t kStoreFileMode = 0644;

/// The directory of the packs.
inline std::string PacksIn(const std::string& store) {
  return store + "/packs";
}

/// The directory of files that are not whole yet.
inline std::string TemporariesIn(const std::string& store) {
  return store + "/tmp";
}

/// The file of content that is in no pack: aa/DIGEST, aa being its first two digits.
inline std::string FileIn(const std::string& store, const Digest& digest) {
  const std::string hex = digest.ToHex();
  return store + "/" + hex.substr(0, 2) + "/" + hex;
}

}  // namespace hawser::sync
