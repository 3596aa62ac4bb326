// What stands below a directory, as anyone who looks sees it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <unordered_set>

namespace hawser::testing {

/// A file, a directory or a symbolic link.
struct SeenFile {
  mode_t mode = 0;       ///< kind and permissions
  uint64_t content = 0;  ///< a hash of a file's content or of a link's target
  bool operator==(const SeenFile&) const = default;
};

/// By path relative to the directory.
using SeenFiles = std::map<std::string, SeenFile>;

/// Reads everything below `directory`, following no link.
SeenFiles LookAt(const std::string& directory);

/// What differs, by paths, for the message of a failed test; empty when nothing does.
std::string Difference(const SeenFiles& wanted, const SeenFiles& seen);

/// Every file that ever stood somewhere.
class SeenVersions {
 public:
  void Add(const SeenFiles& files);
  /// True when exactly this stood at `path` before.
  bool Hold(const std::string& path, const SeenFile& file) const;

 private:
  std::unordered_set<uint64_t> known_;
};

}  // namespace hawser::testing
