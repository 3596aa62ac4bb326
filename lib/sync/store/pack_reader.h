// Small content on the shared volume, as processes that only read it know it.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "lib/base/digest.h"
#include "lib/base/result.h"
#include "lib/sync/store/pack_files.h"
#include "lib/sync/store/pack_index.h"

namespace hawser::sync {

/// Reads packs while another process adds to them and removes some. Thread-safe.
class PackReader {
 public:
  /// The directory need not exist yet.
  explicit PackReader(std::string directory) : files_(std::move(directory)) {}

  /// not_found when no pack holds it, whole and undamaged.
  Result<std::string> Read(const Digest& digest);
  /// Gives the memory back. What is asked for later is found anew, at the cost of passing over all
  /// packs unless it was added since.
  void Forget();
  /// Closes the packs that are open here: those that were removed take room as long as they are.
  void Close();

 private:
  struct Found {
    std::shared_ptr<const UniqueFd> pack;
    PackPlace place;
  };

  /// How much is done to find content.
  enum class Effort { kKnown, kNew, kAll };

  std::optional<Found> Find(const Digest& digest, Effort effort);
  /// Takes up what was added behind what was seen.
  void TakeUp();
  /// Forgets packs that were removed: their room is free once nobody holds them open.
  void LetGo();
  void TakeUpAll();
  /// False when there is no such pack.
  bool TakeUp(uint32_t pack, uint32_t from);

  std::mutex mutex_;
  PackFiles files_;
  PackIndex index_;
  uint32_t seen_pack_ = 0;  ///< the newest pack that was looked at
  uint32_t seen_end_ = 0;   ///< where its last record ended
};

}  // namespace hawser::sync
