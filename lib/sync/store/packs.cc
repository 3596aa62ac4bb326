// One write for a batch; packs that are mostly unused are written anew.
#include "lib/sync/store/packs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "lib/fs/file.h"
#include "lib/sync/store/layout.h"

namespace hawser::sync {

namespace {

constexpr size_t kMaxPending = 1U << 20;
/// Fewer unused bytes than this are not worth the work.
constexpr uint64_t kSlack = 8U << 20;

uint64_t RecordSize(const PackPlace& place) {
  return kPackRecordHead + place.size;
}

}  // namespace

Packs::Packs(std::string directory) : files_(std::move(directory)) {
  for (const uint32_t pack : files_.List()) {
    next_ = pack + 1;
    packs_[pack];
    const Result<uint32_t> end = files_.ForEachRecord(
        pack, 0, [this](const Digest& digest, const PackPlace& place) { Note(digest, place); });
    if (end.ok()) packs_[pack].size = *end;
  }
  files_.Close();
}

void Packs::Note(const Digest& digest, const PackPlace& place) {
  packs_[place.pack].used += RecordSize(place);
  if (const auto before = index_.Set(digest, place)) Unuse(*before);
}

void Packs::Unuse(const PackPlace& place) {
  packs_[place.pack].used -= RecordSize(place);
}

std::optional<uint32_t> Packs::SizeOf(const Digest& digest) const {
  const std::optional<PackPlace> place = index_.Find(digest);
  if (!place.has_value()) return std::nullopt;
  return place->size;
}

Result<std::string> Packs::Read(const Digest& digest) {
  const std::optional<PackPlace> place = index_.Find(digest);
  if (!place.has_value()) return NotFoundError("content " + digest.ToShortHex() + " is not stored");
  if (place->pack == current_ && place->offset >= packs_[current_].size) {
    return pending_.substr(place->offset - packs_[current_].size, place->size);
  }
  HAWSER_ASSIGN_OR_RETURN(const auto pack, files_.Open(place->pack));
  return ReadPacked(*pack, *place, digest);
}

Status Packs::Put(const Digest& digest, std::string_view content) {
  return Has(digest) && Read(digest).ok() ? OkStatus() : Append(digest, content);
}

Status Packs::Append(const Digest& digest, std::string_view content,
                     std::optional<PackPlace> moved_from) {
  HAWSER_RETURN_IF_ERROR(MakeRoom(kPackRecordHead + content.size()));
  const auto end = static_cast<uint32_t>(packs_[current_].size + pending_.size());
  AppendPackRecord(digest, content, pending_);
  pending_records_.push_back({.digest = digest, .moved_from = moved_from});
  Note(digest, {.pack = current_,
                .offset = end + static_cast<uint32_t>(kPackRecordHead),
                .size = static_cast<uint32_t>(content.size())});
  return OkStatus();
}

Status Packs::MakeRoom(size_t size) {
  if (pending_.size() + size > kMaxPending) HAWSER_RETURN_IF_ERROR(Flush());
  if (current_ != 0 && packs_[current_].size + pending_.size() + size <= kMaxPackSize) {
    return OkStatus();
  }
  HAWSER_RETURN_IF_ERROR(Flush());
  return OpenNext();
}

Status Packs::OpenNext() {
  if (next_ > kMaxPacks) return ResourceExhaustedError("the store has had too many packs");
  const std::string path = files_.PathOf(next_);
  UniqueFd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, kStoreFileMode));
  if (!fd.valid() || ::fchmod(fd.get(), kStoreFileMode) != 0) return ErrnoStatus(errno, path);
  fd_ = std::move(fd);
  current_ = next_++;
  packs_[current_];
  return OkStatus();
}

Status Packs::Flush() {
  if (pending_.empty()) return OkStatus();
  Pack& pack = packs_[current_];
  const Status written = fs::WriteAll(fd_.get(), pending_);
  if (!written.ok()) {
    static_cast<void>(::ftruncate(fd_.get(), static_cast<off_t>(pack.size)));
    DropPending();
    return written.Annotate("can't write " + files_.PathOf(current_));
  }
  pack.size += pending_.size();
  pending_.clear();
  if (pending_.capacity() > kMaxPending / 4) pending_.shrink_to_fit();
  pending_records_.clear();
  return OkStatus();
}

void Packs::DropPending() {
  if (pending_.empty()) return;
  const uint64_t end = packs_[current_].size;
  for (const Pending& record : pending_records_) {
    const auto place = index_.Find(record.digest);
    if (!place.has_value() || place->pack != current_ || place->offset < end) continue;
    if (record.moved_from.has_value()) {
      Note(record.digest, *record.moved_from);
    } else {
      Remove(record.digest);
    }
  }
  pending_.clear();
  pending_records_.clear();
}

void Packs::Remove(const Digest& digest) {
  if (const auto place = index_.Erase(digest)) Unuse(*place);
}

void Packs::Collect(const std::unordered_set<Digest, DigestHash>& keep) {
  std::unordered_set<uint64_t> tags;
  for (const Digest& digest : keep) tags.insert(PackIndex::TagOf(digest));
  index_.EraseIf([&](uint64_t tag, const PackPlace& place) {
    if (tags.contains(tag)) return false;
    Unuse(place);
    return true;
  });
}

void Packs::Compact() {
  RemoveUnused();
  if (const uint32_t pack = WorthCompacting(); pack != 0 && MoveOut(pack).ok()) RemoveUnused();
}

void Packs::RemoveUnused() {
  for (auto pack = packs_.begin(); pack != packs_.end();) {
    if (pack->first == current_ || pack->second.used > 0) {
      ++pack;
      continue;
    }
    ::unlink(files_.PathOf(pack->first).c_str());
    files_.Close();
    pack = packs_.erase(pack);
  }
}

void Packs::Shrink() {
  DropPending();
  // Readers know records by their places: none is ever written where another one was.
  current_ = 0;
  fd_.Reset();
  RemoveUnused();
  for (auto& [number, pack] : packs_) {
    if (pack.used < pack.size) CutOff(number, pack);
  }
  files_.Close();
}

void Packs::CutOff(uint32_t number, Pack& pack) {
  uint64_t end = 0;
  const Result<uint32_t> read =
      files_.ForEachRecord(number, 0, [&](const Digest& digest, const PackPlace& place) {
        if (index_.Find(digest) == place) end = uint64_t{place.offset} + place.size;
      });
  if (!read.ok() || end >= pack.size) return;
  if (::truncate(files_.PathOf(number).c_str(), static_cast<off_t>(end)) == 0) pack.size = end;
}

uint32_t Packs::WorthCompacting() const {
  uint64_t size = 0;
  uint64_t used = 0;
  uint32_t worst = 0;
  double smallest = 1;
  for (const auto& [number, pack] : packs_) {
    size += pack.size;
    used += pack.used;
    if (number == current_ || pack.size == 0) continue;
    const double part = static_cast<double>(pack.used) / static_cast<double>(pack.size);
    if (part < smallest) {
      smallest = part;
      worst = number;
    }
  }
  return size > 2 * used + kSlack ? worst : 0;
}

Status Packs::MoveOut(uint32_t pack) {
  // Otherwise it would fail for the sake of what was put before.
  HAWSER_RETURN_IF_ERROR(Flush());
  const Status appended = AppendUsedOf(pack);
  if (appended.ok()) return Flush();
  DropPending();
  return appended;
}

Status Packs::AppendUsedOf(uint32_t pack) {
  std::vector<std::pair<Digest, PackPlace>> used;
  HAWSER_RETURN_IF_ERROR(files_
                             .ForEachRecord(pack, 0,
                                            [&](const Digest& digest, const PackPlace& place) {
                                              if (index_.Find(digest) == place)
                                                used.emplace_back(digest, place);
                                            })
                             .status());
  for (const auto& [digest, place] : used) {
    const Result<std::string> content = Read(digest);
    // What is damaged is asked for again when it is needed.
    if (content.status().code() == Code::kDataLoss) {
      Remove(digest);
      continue;
    }
    HAWSER_RETURN_IF_ERROR(content.status());
    HAWSER_RETURN_IF_ERROR(Append(digest, *content, place));
  }
  return OkStatus();
}

}  // namespace hawser::sync
