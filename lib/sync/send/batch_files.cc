// Reads the files of one batch, from memory where they were read before.
#include "lib/sync/send/batch_files.h"

#include "lib/wire/limits.h"

namespace hawser::sync {

namespace {

/// Larger files are streamed from disk and never held in memory.
constexpr uint64_t kMaxInMemory = wire::kMaxPatchSide;
/// Bundled files of one batch kept as bases: a first sync must not fill the memory.
constexpr uint64_t kMaxBundledBases = 4U << 20;

}  // namespace

std::string BatchFiles::SourceOf(const std::string& path) const {
  return snapshot_.sources.Find(path).value_or("");
}

void BatchFiles::Hold(const wire::Change& change) {
  const bool travels =
      change.encoding != wire::Encoding::kNone && change.encoding != wire::Encoding::kStored;
  ContentPtr content = travels ? content_.fresh.Get(change.entry.digest) : nullptr;
  if (content != nullptr) held_[change.entry.digest] = std::move(content);
}

Result<ContentPtr> BatchFiles::Read(const wire::Change& change) {
  const Digest& digest = change.entry.digest;
  ContentPtr content;
  if (auto held = held_.extract(digest)) content = std::move(held.mapped());
  if (auto cached = content_.bases.Get(digest)) return cached;
  if (content == nullptr) content = content_.fresh.Get(digest);
  if (content == nullptr) {
    HAWSER_ASSIGN_OR_RETURN(content,
                            content_.source.Read(SourceOf(change.path), digest, change.entry.size));
  }
  if (KeepsAsBase(change)) content_.bases.Put(content);
  return content;
}

Status BatchFiles::Pass(const wire::Change& change,
                        const std::function<Status(std::string_view)>& sink) {
  if (change.entry.size > kMaxInMemory) return Stream(change, sink);
  HAWSER_ASSIGN_OR_RETURN(const ContentPtr content, Read(change));
  for (const auto& block : content->blocks()) HAWSER_RETURN_IF_ERROR(sink(block->bytes));
  return OkStatus();
}

/// Where its blocks are known, a version that others were appended to is still read, and a changed
/// one is given up at once.
Status BatchFiles::Stream(const wire::Change& change,
                          const std::function<Status(std::string_view)>& sink) {
  const std::string source = SourceOf(change.path);
  const Entry& file = change.entry;
  const KnownBlocks::Blocks blocks =
      snapshot_.blocks == nullptr ? nullptr : snapshot_.blocks->Find(file.digest);
  if (blocks != nullptr) return content_.source.StreamBlocks(source, *blocks, {0, file.size}, sink);
  return content_.source.Stream(source, file.digest, file.size, sink);
}

Status BatchFiles::PassRange(const wire::Change& change, const ChangedRange& range,
                             const std::function<Status(std::string_view)>& sink) {
  if (range.whole()) return Pass(change, sink);
  const uint64_t end = range.before + range.data_size;
  if (change.entry.size > kMaxInMemory) {
    const KnownBlocks::Blocks blocks = snapshot_.blocks->Find(change.entry.digest);
    if (blocks == nullptr) return AbortedError(change.path + " is no longer known by its blocks");
    return content_.source.StreamBlocks(SourceOf(change.path), *blocks, {range.before, end}, sink);
  }
  HAWSER_ASSIGN_OR_RETURN(const ContentPtr content, Read(change));
  for (uint64_t at = range.before; at < end; at += kDigestBlock) {
    HAWSER_RETURN_IF_ERROR(sink(content->blocks()[static_cast<size_t>(at / kDigestBlock)]->bytes));
  }
  return OkStatus();
}

bool BatchFiles::KeepsAsBase(const wire::Change& change) {
  if (change.encoding != wire::Encoding::kBundled) return true;
  bundled_bases_ += change.entry.size;
  return bundled_bases_ <= kMaxBundledBases;
}

}  // namespace hawser::sync
