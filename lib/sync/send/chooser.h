// Decides how each file of a batch travels: the cheapest way that the agent can undo.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "lib/sync/send/batch_files.h"
#include "lib/sync/send/batch_request.h"
#include "lib/sync/send/patch_cache.h"
#include "lib/sync/send/sending_content.h"
#include "lib/wire/messages.h"

namespace hawser::sync {

/// How one change travels.
struct Choice {
  wire::Change change;
  PatchCache::Patch patch;  ///< when choosing it took making it; else null
  bool defeated = false;    ///< a patch was made, and was too large to be worth it
};

/// One batch, one thread. The ladder is DESIGN.md's.
class Chooser {
 public:
  /// All must outlive the chooser.
  Chooser(const BatchRequest& request, SendingContent& content, BatchFiles& files)
      : request_(request), content_(content), files_(files) {}

  /// For the changes of the plan in order. aborted when a file changed since the snapshot.
  Result<Choice> Choose(uint32_t index);

 private:
  bool Held(const Digest& digest) const;
  /// Makes the choice a patch if there is something to make one from.
  Status TryPatch(const PlannedChange& planned, Choice& choice);
  Status TrySums(const SummedRange& base, Choice& choice);

  const BatchRequest& request_;
  SendingContent& content_;
  BatchFiles& files_;
  std::unordered_set<Digest, DigestHash> brought_;  ///< by this batch
};

}  // namespace hawser::sync
