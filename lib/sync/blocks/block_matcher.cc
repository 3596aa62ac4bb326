// First tries the block that follows the last one found, then every position (Tridgell and
// Mackerras, "The rsync algorithm", 1996).
#include "lib/sync/blocks/block_matcher.h"

#include <algorithm>
#include <utility>

#include "lib/sync/blocks/block_sums.h"

namespace hawser::sync {

BlockMatcher::BlockMatcher(const wire::BlockSums& blocks, MatchSink sink)
    : blocks_(blocks), sink_(std::move(sink)), index_(blocks), next_(0) {}

void BlockMatcher::Write(std::string_view piece) {
  held_.erase(0, begin_);
  at_ -= std::exchange(begin_, 0);
  held_ += piece;
  Scan();
  FlushLiterals();
}

void BlockMatcher::Scan() {
  while (Ahead().size() > blocks_.block_size) {
    if (!TakeNextBlock() && !TakeFoundBlock()) RollOn();
  }
}

bool BlockMatcher::TakeNextBlock() {
  const std::optional<size_t> block = std::exchange(next_, std::nullopt);
  if (!block.has_value() || (*block + 1) * blocks_.block_size > blocks_.size) return false;
  if (StrongSumOf(Ahead().substr(0, blocks_.block_size)) != blocks_.sums[*block].strong) {
    return false;
  }
  Take(*block, blocks_.block_size);
  return true;
}

bool BlockMatcher::TakeFoundBlock() {
  const std::string_view bytes = Ahead().substr(0, blocks_.block_size);
  if (!sum_.has_value()) sum_.emplace(bytes);
  const std::optional<size_t> block =
      index_.Find(sum_->value(), [&] { return StrongSumOf(bytes); });
  if (!block.has_value()) return false;
  Take(*block, blocks_.block_size);
  return true;
}

/// Passes over positions where no block can be; there is a byte more than a block ahead.
void BlockMatcher::RollOn() {
  const char* front = held_.data() + at_;
  const char* const end = held_.data() + held_.size();
  const char* in = front + blocks_.block_size;
  do {
    sum_->Roll(*front++, *in++);
  } while (in < end && !index_.MayHold(sum_->value()));
  at_ = static_cast<size_t>(front - held_.data());
}

void BlockMatcher::Take(size_t block, size_t size) {
  FlushLiterals();
  sink_.copy(uint64_t{block} * blocks_.block_size, size);
  at_ += size;
  begin_ = at_;
  next_ = block + 1;
  sum_.reset();
}

void BlockMatcher::FlushLiterals() {
  if (at_ > begin_) sink_.literals(std::string_view(held_).substr(begin_, at_ - begin_));
  begin_ = at_;
}

/// What ends both versions: the last block may be shorter than the others.
void BlockMatcher::TakeLastBlock() {
  const size_t last = blocks_.sums.size() - 1;
  const auto size = static_cast<size_t>(blocks_.size - uint64_t{last} * blocks_.block_size);
  if (size > Ahead().size()) return;
  const size_t begin = held_.size() - size;
  if (StrongSumOf(std::string_view(held_).substr(begin)) != blocks_.sums[last].strong) return;
  at_ = begin;
  Take(last, size);
}

void BlockMatcher::Finish() {
  if (Ahead().size() == blocks_.block_size && !TakeNextBlock()) TakeFoundBlock();
  if (!Ahead().empty()) TakeLastBlock();
  at_ = held_.size();
  FlushLiterals();
}

}  // namespace hawser::sync
