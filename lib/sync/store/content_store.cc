// Decides by size where content lies.
#include "lib/sync/store/content_store.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "lib/base/content_digest.h"
#include "lib/sync/store/layout.h"

namespace hawser::sync {

namespace {

Status MakeReadable(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return ErrnoStatus(error.value(), directory);
  if (::chmod(directory.c_str(), kStoreDirectoryMode) != 0) return ErrnoStatus(errno, directory);
  return OkStatus();
}

}  // namespace

Result<std::unique_ptr<ContentStore>> ContentStore::Open(const std::string& directory) {
  const std::string temporaries = TemporariesIn(directory);
  std::error_code error;
  std::filesystem::remove_all(temporaries, error);
  if (error) return ErrnoStatus(error.value(), temporaries);
  for (const std::string& each : {directory, temporaries, PacksIn(directory)}) {
    HAWSER_RETURN_IF_ERROR(MakeReadable(each));
  }
  return std::unique_ptr<ContentStore>(new ContentStore(directory));
}

ContentStore::ContentStore(const std::string& directory)
    : files_(directory), packs_(PacksIn(directory)) {}

bool ContentStore::Has(const Digest& digest, uint64_t size) const {
  const std::optional<uint32_t> packed = packs_.SizeOf(digest);
  return packed.has_value() ? *packed == size : files_.Has(digest, size);
}

Status ContentStore::Put(const Digest& digest, std::string_view content) {
  if (const Digest actual = ContentDigest(content); actual != digest) {
    return DataLossError("content is " + actual.ToShortHex() + ", expected " + digest.ToShortHex());
  }
  if (content.size() > kMaxPackedContent) return files_.Put(digest, content);
  put_small_ += content.size();
  return packs_.Put(digest, content);
}

Result<ContentBase> ContentStore::OpenBase(const Digest& digest) {
  if (!packs_.Has(digest)) return files_.OpenBase(digest);
  ContentBase base;
  HAWSER_ASSIGN_OR_RETURN(base.bytes, packs_.Read(digest));
  base.size = base.bytes.size();
  return base;
}

void ContentStore::Remove(const Digest& digest) {
  if (packs_.Has(digest)) {
    packs_.Remove(digest);
  } else {
    files_.Remove(digest);
  }
}

void ContentStore::Collect(const std::unordered_set<Digest, DigestHash>& keep) {
  packs_.Collect(keep);
  files_.Collect(keep);
}

}  // namespace hawser::sync
