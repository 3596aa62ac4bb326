// Finds the blocks of an old version in a new one, of the old knowing the sums alone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/sync/blocks/block_index.h"
#include "lib/sync/blocks/rolling_sum.h"
#include "lib/wire/sums_messages.h"

namespace hawser::sync {

/// What the new version is made of, from its beginning to its end.
struct MatchSink {
  std::function<void(uint64_t offset, uint64_t length)> copy;  ///< bytes of the old version
  std::function<void(std::string_view bytes)> literals;
};

/// Takes the new version piece by piece and holds about one block and one piece of it. Two blocks
/// with the same sums pass for one (96 bits: never by chance), so whoever uses the outcome compares
/// digests.
class BlockMatcher {
 public:
  /// `blocks` are valid (wire::Validate) and must outlive the matcher.
  BlockMatcher(const wire::BlockSums& blocks, MatchSink sink);

  void Write(std::string_view piece);
  /// The new version is whole.
  void Finish();

 private:
  std::string_view Ahead() const { return std::string_view(held_).substr(at_); }
  void Scan();
  bool TakeNextBlock();
  bool TakeFoundBlock();
  void Take(size_t block, size_t size);
  void RollOn();
  void FlushLiterals();
  void TakeLastBlock();

  const wire::BlockSums& blocks_;
  const MatchSink sink_;
  const BlockIndex index_;
  std::string held_;
  size_t begin_ = 0;               ///< in `held_`: what was not passed on yet
  size_t at_ = 0;                  ///< in `held_`: where the next match is looked for
  std::optional<size_t> next_;     ///< the block that is likely to come at `at_`
  std::optional<RollingSum> sum_;  ///< of the block's worth of bytes at `at_`
};

}  // namespace hawser::sync
