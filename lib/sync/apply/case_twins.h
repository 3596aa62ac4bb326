// Paths that a file system which ignores case takes for one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/sync/tree/tree.h"

namespace hawser::sync {

/// Paths that differ in nothing but the case of ASCII letters.
using CaseTwins = std::vector<std::string>;

/// The twins among the files and symlinks that are put, where they are to hold different things. In
/// proportion to what is put; 8 bytes of memory each while there are none.
std::vector<CaseTwins> FindCaseTwins(const TreeEdits& puts);
std::vector<CaseTwins> FindCaseTwins(const Tree& puts);

/// All that is put, files, symlinks and directories, by path without case. 8 bytes of memory each.
class FoldedPaths {
 public:
  /// `puts` must outlive this.
  explicit FoldedPaths(const TreeEdits& puts);
  explicit FoldedPaths(const Tree& puts);

  /// The paths other than `path` where something is put and which differ from it in nothing but
  /// case. Searches all that is put only where there is likely one.
  CaseTwins TwinsOf(const std::string& path) const;

 private:
  using Visit = std::function<void(const std::string& path, const std::optional<Entry>& entry)>;

  explicit FoldedPaths(std::function<void(const Visit&)> for_each);

  std::function<void(const Visit&)> for_each_;
  std::vector<uint64_t> hashes_;  ///< in order
};

}  // namespace hawser::sync
