// Small content on the shared volume, as the one process that writes it knows it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"
#include "lib/sync/store/pack_files.h"
#include "lib/sync/store/pack_index.h"

namespace hawser::sync {

/// Content of up to kMaxPackedContent bytes, appended to packs: a batch of hundreds of files costs
/// one write. One thread.
class Packs {
 public:
  /// Knows what the packs in `directory` hold. It must exist.
  explicit Packs(std::string directory);

  bool Has(const Digest& digest) const { return index_.Find(digest).has_value(); }
  /// Size of the content in bytes; nothing when it is not there.
  std::optional<uint32_t> SizeOf(const Digest& digest) const;
  /// not_found when it is not there; data_loss when what is there has another digest.
  Result<std::string> Read(const Digest& digest);
  /// Keeps the content, whose digest the caller has checked, unless it is there undamaged. Others
  /// can read it after the next Flush. On failure it is not kept.
  Status Put(const Digest& digest, std::string_view content);
  /// Writes what was put. On failure nothing of it is kept, but where else it was.
  Status Flush();

  /// Forgets this content if it is there. Its room goes with Compact.
  void Remove(const Digest& digest);
  /// Forgets all content that is not in `keep`.
  void Collect(const std::unordered_set<Digest, DigestHash>& keep);
  /// Removes packs that hold nothing any more and, when more than half of all is unused, writes
  /// what one of them still holds anew: at most one pack's bytes at a time. What could not be
  /// written stays where it was.
  void Compact();
  /// Gives back at once all room that needs no writing: packs that hold nothing any more, and what
  /// follows the last content that others hold. What was put since the last Flush goes too.
  void Shrink();

 private:
  struct Pack {
    uint64_t size = 0;  ///< bytes of records
    uint64_t used = 0;  ///< bytes of records that the index leads to
  };
  /// A record that is not written yet.
  struct Pending {
    Digest digest;
    std::optional<PackPlace> moved_from;
  };

  /// `moved_from`: where the content lies already, if it does.
  Status Append(const Digest& digest, std::string_view content,
                std::optional<PackPlace> moved_from = std::nullopt);
  void Note(const Digest& digest, const PackPlace& place);
  void Unuse(const PackPlace& place);
  /// Sees to it that the current pack takes `size` bytes more.
  Status MakeRoom(size_t size);
  Status OpenNext();
  void DropPending();
  void RemoveUnused();
  void CutOff(uint32_t number, Pack& pack);
  /// The pack with the smallest part used, if there is enough to gain from all.
  uint32_t WorthCompacting() const;
  Status MoveOut(uint32_t pack);
  Status AppendUsedOf(uint32_t pack);

  PackFiles files_;
  PackIndex index_;
  std::map<uint32_t, Pack> packs_;
  uint32_t current_ = 0;  ///< the pack that is being written; 0: none yet
  uint32_t next_ = 1;
  UniqueFd fd_;          ///< of the current pack
  std::string pending_;  ///< records that follow what the current pack holds
  std::vector<Pending> pending_records_;
};

}  // namespace hawser::sync
