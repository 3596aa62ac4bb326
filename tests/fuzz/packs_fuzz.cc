// A pack on the volume that containers share: whatever is in it, nothing but what matches its
// digest is handed out, and more can be stored beside it. Input: the pack.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "lib/base/content_digest.h"
#include "lib/sync/store/pack_reader.h"
#include "lib/sync/store/packs.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

namespace sync = hawser::sync;

/// A directory that lives as long as the process.
class Directory {
 public:
  Directory() {
    std::string path = (std::filesystem::temp_directory_path() / "packs-fuzz-XXXXXX").string();
    hawser::fuzz::Check(::mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// Holds this pack and no other.
  void Reset(std::string_view pack) const {
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      std::filesystem::remove(entry.path());
    }
    std::ofstream(sync::PackFiles(path_).PathOf(1), std::ios::binary) << pack;
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void CheckContent(const hawser::Result<std::string>& content, const hawser::Digest& digest) {
  if (content.ok()) hawser::fuzz::Check(hawser::ContentDigest(*content) == digest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Directory directory;
  directory.Reset(hawser::fuzz::Input(data, size));
  std::vector<hawser::Digest> digests;
  const auto end = sync::PackFiles(directory.path())
                       .ForEachRecord(1, 0, [&](const hawser::Digest& digest, const auto&) {
                         digests.push_back(digest);
                       });
  hawser::fuzz::Check(end.ok() && *end <= size);

  sync::Packs packs(directory.path());
  sync::PackReader reader(directory.path());
  for (const hawser::Digest& digest : digests) {
    hawser::fuzz::Check(packs.Has(digest));
    CheckContent(packs.Read(digest), digest);
    CheckContent(reader.Read(digest), digest);
  }
  const hawser::Digest digest = hawser::ContentDigest("more");
  hawser::fuzz::Check(packs.Put(digest, "more").ok() && packs.Flush().ok());
  packs.Collect({digest});
  packs.Compact();
  const auto read = reader.Read(digest);
  hawser::fuzz::Check(read.ok() && *read == "more");
  return 0;
}
