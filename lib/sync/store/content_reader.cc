// Looks where the size says, and in a file of its own otherwise.
#include "lib/sync/store/content_reader.h"

#include "lib/fs/file.h"
#include "lib/sync/store/layout.h"

namespace hawser::sync {

ContentReader::ContentReader(std::string directory)
    : directory_(std::move(directory)), packs_(PacksIn(directory_)) {}

Status ContentReader::CopyTo(const Digest& digest, uint64_t size, int fd) {
  if (size <= kMaxPackedContent) {
    const Result<std::string> content = packs_.Read(digest);
    if (content.ok()) return fs::WriteAll(fd, *content);
  }
  HAWSER_ASSIGN_OR_RETURN(const UniqueFd file, fs::OpenToRead(FileIn(directory_, digest)));
  return fs::CopyBytes(file.get(), fd, size);
}

}  // namespace hawser::sync
