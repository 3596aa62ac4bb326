// Chunks, recycled blocks and growing text of a region.
#include "lib/starlark/value/heap.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hawser::starlark {

namespace {

constexpr size_t kLargestChunk = size_t{1} << 20;
constexpr size_t kSmallestBlock = 32;

}  // namespace

char* Heap::NewChunk(size_t bytes) {
  if (bytes > limit_ - size_) throw OutOfMemory();
  chunks_.push_back(std::unique_ptr<char[]>(new char[bytes]));
  size_ += bytes;
  return chunks_.back().get();
}

void* Heap::AllocateSlow(size_t bytes) {
  if (bytes > next_chunk_ / 4) return NewChunk(bytes);
  char* chunk = NewChunk(next_chunk_);
  next_ = chunk + bytes;
  end_ = chunk + next_chunk_;
  next_chunk_ = std::min(next_chunk_ * 2, kLargestChunk);
  return chunk;
}

void* Heap::AllocateBlock(size_t bytes) {
  if (bytes > limit_) throw OutOfMemory();
  const size_t rounded = std::bit_ceil(std::max(bytes, kSmallestBlock));
  void*& head = free_blocks_[static_cast<size_t>(std::countr_zero(rounded)) % free_blocks_.size()];
  if (head == nullptr) return Allocate(rounded);
  void* block = head;
  std::memcpy(&head, block, sizeof(head));
  return block;
}

void Heap::ReleaseBlock(void* block, size_t bytes) {
  if (block == nullptr) return;
  const size_t rounded = std::bit_ceil(std::max(bytes, kSmallestBlock));
  void*& head = free_blocks_[static_cast<size_t>(std::countr_zero(rounded)) % free_blocks_.size()];
  std::memcpy(block, &head, sizeof(head));
  head = block;
}

char* Heap::Extend(std::string_view head, size_t extra) {
  const char* end = head.data() + head.size();
  for (Tail& tail : tails_) {
    if (tail.end != end || tail.end == nullptr) continue;
    if (extra > static_cast<size_t>(tail.capacity - tail.end)) break;
    tail.end += extra;
    return const_cast<char*>(head.data());
  }
  constexpr size_t kWorthGrowing = 128;
  const size_t size = head.size() + extra;
  const size_t room = head.size() < kWorthGrowing ? size : size * 2;
  char* text = static_cast<char*>(Allocate(room));
  std::memcpy(text, head.data(), head.size());
  if (room > size) {
    tails_[next_tail_] = {.end = text + size, .capacity = text + room};
    next_tail_ = (next_tail_ + 1) % tails_.size();
  }
  return text;
}

}  // namespace hawser::starlark
