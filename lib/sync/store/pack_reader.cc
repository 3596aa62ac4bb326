// Looks at what is known, then at what came since, then at everything.
#include "lib/sync/store/pack_reader.h"

#include <algorithm>
#include <vector>

namespace hawser::sync {

Result<std::string> PackReader::Read(const Digest& digest) {
  for (const Effort effort : {Effort::kKnown, Effort::kNew, Effort::kAll}) {
    const std::optional<Found> found = Find(digest, effort);
    if (!found.has_value()) continue;
    // A pack that was written anew meanwhile, or whose number was used again after all of them
    // went.
    if (Result<std::string> content = ReadPacked(*found->pack, found->place, digest);
        content.ok()) {
      return content;
    }
  }
  return NotFoundError("content " + digest.ToShortHex() + " is not stored");
}

std::optional<PackReader::Found> PackReader::Find(const Digest& digest, Effort effort) {
  const std::lock_guard lock(mutex_);
  if (effort == Effort::kNew) TakeUp();
  if (effort == Effort::kAll) TakeUpAll();
  const std::optional<PackPlace> place = index_.Find(digest);
  if (!place.has_value()) return std::nullopt;
  Result<std::shared_ptr<const UniqueFd>> pack = files_.Open(place->pack);
  if (!pack.ok()) return std::nullopt;
  return Found{.pack = *std::move(pack), .place = *place};
}

void PackReader::TakeUp() {
  // Packs are numbered as they are made, so what follows needs no look at the directory.
  while (TakeUp(seen_pack_, seen_end_) && TakeUp(seen_pack_ + 1, 0)) LetGo();
}

void PackReader::LetGo() {
  const std::vector<uint32_t> packs = files_.List();
  files_.Close();
  index_.EraseIf([&](uint64_t, const PackPlace& place) {
    return !std::binary_search(packs.begin(), packs.end(), place.pack);
  });
}

bool PackReader::TakeUp(uint32_t pack, uint32_t from) {
  const Result<uint32_t> end = files_.ForEachRecord(
      pack, from,
      [this](const Digest& digest, const PackPlace& place) { index_.Set(digest, place); });
  if (!end.ok()) return false;
  seen_pack_ = pack;
  seen_end_ = *end;
  return true;
}

void PackReader::TakeUpAll() {
  files_.Close();
  index_.Clear();
  for (const uint32_t pack : files_.List()) TakeUp(pack, 0);
}

void PackReader::Close() {
  const std::lock_guard lock(mutex_);
  files_.Close();
}

void PackReader::Forget() {
  const std::lock_guard lock(mutex_);
  files_.Close();
  index_.Clear();
}

}  // namespace hawser::sync
