// What of a batch the supervisor may write before the batch is whole.
#include "lib/sync/stage/tell_ahead.h"

#include "lib/wire/path.h"

namespace hawser::sync {

std::vector<wire::Prepare> TellAhead::Take(uint32_t ready, bool last) {
  std::vector<wire::Prepare> ahead;
  if (changes_.size() < worth_ || (ready < next_ + worth_ && !last)) return ahead;
  for (; next_ < ready; ++next_) {
    const wire::Change& change = changes_[next_];
    if (!change.remove && LiesInANewDirectory(change)) Add(change, ahead);
  }
  return ahead;
}

void TellAhead::Add(const wire::Change& change, std::vector<wire::Prepare>& ahead) const {
  const bool full = ahead.empty() || ahead.back().entries.size() == worth_;
  // A client's order is its own affair, a message's is not.
  if (full || change.path <= ahead.back().entries.back().path) ahead.emplace_back();
  ahead.back().entries.push_back({change.path, change.entry});
}

bool TellAhead::LiesInANewDirectory(const wire::Change& change) {
  const bool below = new_directories_.contains(wire::ParentOf(change.path));
  if (change.entry.kind != EntryKind::kDirectory) return below;
  const bool is_new = below || !before_.contains(change.path);
  if (is_new) new_directories_.insert(change.path);
  return is_new;
}

}  // namespace hawser::sync
