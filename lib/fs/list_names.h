// Lists a directory such that a failure is never taken for its end.
#pragma once

#include <string>
#include <vector>

namespace hawser::fs {

/// One name in a directory.
struct ListedName {
  std::string name;
  unsigned char type = 0;  ///< as in dirent(3): DT_DIR and so on, DT_UNKNOWN where it is not told
};

/// Adds to `names` what is in the open directory, in no order, "." and ".." left out. `directory`
/// must not have been read from yet. 0, or the errno of what failed (EIO, ESTALE): `names` may then
/// lack some that are there. A directory that was removed meanwhile is empty.
int ListNames(int directory, std::vector<ListedName>& names);

}  // namespace hawser::fs
