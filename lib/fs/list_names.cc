// By getdents64(2): readdir(3) tells a failure from the end by errno alone.
#include "lib/fs/list_names.h"

#include <dirent.h>
#include <errno.h>

#include <array>
#include <string_view>

namespace hawser::fs {

int ListNames(int directory, std::vector<ListedName>& names) {
  alignas(dirent64) std::array<char, 32U << 10> buffer;
  for (;;) {
    const ssize_t got = ::getdents64(directory, buffer.data(), buffer.size());
    if (got <= 0) return got == 0 || errno == ENOENT ? 0 : errno;
    for (const char* at = buffer.data(); at < buffer.data() + got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.push_back({std::string(name), entry->d_type});
    }
  }
}

}  // namespace hawser::fs
