// What of a batch the supervisor may write before the batch is whole.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "lib/sync/tree/tree.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// Picks the entries that lie in directories that are new with a batch, as their content arrives.
/// One batch, one thread.
class TellAhead {
 public:
  /// `before` (the confirmed tree) and `changes` (all of the batch) must outlive this. A message
  /// waits for `worth` changes and has no more of them; a smaller batch is not told of.
  TellAhead(const Tree& before, const std::vector<wire::Change>& changes, uint32_t worth)
      : before_(before), changes_(changes), worth_(worth) {}

  /// Entries of changes before `ready` that were not taken yet, in as many messages as they need;
  /// none while they are few and more is to come.
  std::vector<wire::Prepare> Take(uint32_t ready, bool last);

 private:
  void Add(const wire::Change& change, std::vector<wire::Prepare>& ahead) const;
  bool LiesInANewDirectory(const wire::Change& change);

  const Tree& before_;
  const std::vector<wire::Change>& changes_;
  const uint32_t worth_;
  uint32_t next_ = 0;
  std::unordered_set<std::string> new_directories_;
};

}  // namespace hawser::sync
