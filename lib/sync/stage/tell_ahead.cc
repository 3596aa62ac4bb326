// What of a batch the supervisor may write before the batch is whole.
#include "lib/sync/stage/tell_ahead.h"

namespace hawser::sync {

std::optional<wire::Prepare> TellAhead::Take(uint32_t ready, bool last) {
  if (changes_.size() < worth_ || (ready < next_ + worth_ && !last)) return std::nullopt;
  wire::Prepare ahead;
  for (; next_ < ready; ++next_) {
    const wire::Change& change = changes_[next_];
    if (change.remove || !LiesInANewDirectory(change)) continue;
    // A client's order is its own affair, a message's is not.
    if (!ahead.entries.empty() && change.path <= ahead.entries.back().path) continue;
    ahead.entries.push_back({change.path, change.entry});
  }
  if (ahead.entries.empty()) return std::nullopt;
  return ahead;
}

bool TellAhead::LiesInANewDirectory(const wire::Change& change) {
  const bool below = new_directories_.contains(change.path.substr(0, change.path.rfind('/')));
  if (change.entry.kind != EntryKind::kDirectory) return below;
  const bool is_new = below || !before_.contains(change.path);
  if (is_new) new_directories_.insert(change.path);
  return is_new;
}

}  // namespace hawser::sync
