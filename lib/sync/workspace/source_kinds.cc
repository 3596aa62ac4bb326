// Whether rules start from files or directories.
#include "lib/sync/workspace/source_kinds.h"

#include <sys/stat.h>

#include "lib/fs/relative_path.h"

namespace hawser::sync {

void LookAtSources(const std::string& root, std::vector<Rule>& rules) {
  for (Rule& rule : rules) {
    struct stat info {};
    if (::lstat(fs::Join(root, rule.from).c_str(), &info) == 0) {
      rule.source = S_ISDIR(info.st_mode) ? SourceKind::kDirectory : SourceKind::kFile;
    } else if (rule.source == SourceKind::kUnknown) {
      rule.source = SourceKind::kMissing;
    }
  }
}

}  // namespace hawser::sync
