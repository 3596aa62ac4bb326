// Reads files that are likely to be saved next.
#include "lib/sync/send/preload.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hawser::sync {

namespace {

struct Candidate {
  int64_t mtime_ns = 0;
  uint64_t size = 0;
  std::string path;
};

/// Newest first, as many as fit.
std::vector<Candidate> Choose(const Tree& tree, const PreloadOptions& options) {
  std::vector<Candidate> candidates;
  for (const auto& [path, entry] : tree) {
    const bool fits = entry.size > 0 && entry.size <= options.max_file;
    if (entry.kind != EntryKind::kFile || !fits) continue;
    candidates.push_back({entry.mtime_ns, entry.size, path});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.mtime_ns > b.mtime_ns; });
  uint64_t bytes = 0;
  const auto end = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& each) {
    bytes += each.size;
    return bytes > options.max_bytes;
  });
  candidates.erase(end, candidates.end());
  return candidates;
}

}  // namespace

void Preload(const Snapshot& snapshot, SendingContent& content, PreloadOptions options,
             const std::stop_token& stop) {
  for (const Candidate& each : Choose(snapshot.tree, options)) {
    if (stop.stop_requested()) return;
    const std::optional<Entry> entry = snapshot.tree.Find(each.path);
    const std::optional<std::string> source = snapshot.sources.Find(each.path);
    if (!entry.has_value() || !source.has_value()) continue;
    if (content.bases.Get(entry->digest) != nullptr) continue;
    if (ContentPtr scanned = content.fresh.Get(entry->digest)) {
      content.bases.Put(std::move(scanned));
    } else if (auto read = content.source.Read(*source, entry->digest, entry->size); read.ok()) {
      content.bases.Put(std::move(read).value());
    }
  }
}

}  // namespace hawser::sync
