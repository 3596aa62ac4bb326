// The region that an evaluation's objects live in: allocation is a pointer bump, and all of it goes
// at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace hawser::starlark {

/// Thrown when a heap reaches its limit. Caught where an evaluation was entered, never by programs.
struct OutOfMemory {};

/// Owned and used by one thread; once everything in it is frozen, any thread may read it.
class Heap {
 public:
  /// `limit`: bytes the heap may take from the system.
  explicit Heap(size_t limit = SIZE_MAX) : limit_(limit) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// `bytes` of memory, aligned to 8, not cleared. Throws OutOfMemory.
  void* Allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > static_cast<size_t>(end_ - next_)) return AllocateSlow(bytes);
    void* memory = next_;
    next_ += bytes;
    return memory;
  }

  /// A T in the heap. Its destructor never runs.
  template <typename T, typename... Args>
  T* New(Args&&... args) {
    return new (Allocate(sizeof(T))) T(std::forward<Args>(args)...);
  }

  /// An array of `count` uninitialised T; reuses what Release gave back.
  template <typename T>
  T* NewArray(size_t count) {
    if (count > limit_ / sizeof(T)) throw OutOfMemory();
    return static_cast<T*>(AllocateBlock(count * sizeof(T)));
  }
  template <typename T>
  void ReleaseArray(T* array, size_t count) {
    ReleaseBlock(array, count * sizeof(T));
  }

  /// Room for text that ends in `extra` bytes and begins with `head`: grows `head` in place when it
  /// is what was last joined, so that building a string piece by piece takes linear time. Returns
  /// the start of the joined text, of which the last `extra` bytes are to be written.
  char* Extend(std::string_view head, size_t extra);

  /// What `Extend` would have to copy is kept alive by nobody else: owns a host's object.
  void Keep(std::shared_ptr<void> owner) { kept_.push_back(std::move(owner)); }

  /// For text that is being made before it comes here: throws OutOfMemory when it is longer than
  /// the limit, or 256 MiB.
  void BoundText(size_t size) const {
    if (size > limit_ || size > kMaxText) throw OutOfMemory();
  }

  /// For an array that is being made outside: throws OutOfMemory when it would not fit here.
  void BoundArray(size_t bytes) const {
    if (bytes > limit_) throw OutOfMemory();
  }

  /// Bytes taken from the system.
  size_t size() const { return size_; }

 private:
  static constexpr size_t kMaxText = size_t{1} << 28;
  struct Tail {
    char* end = nullptr;       ///< one past the text
    char* capacity = nullptr;  ///< one past the room
  };

  void* AllocateSlow(size_t bytes);
  void* AllocateBlock(size_t bytes);
  void ReleaseBlock(void* block, size_t bytes);
  char* NewChunk(size_t bytes);

  char* next_ = nullptr;
  char* end_ = nullptr;
  size_t limit_;
  size_t size_ = 0;
  size_t next_chunk_ = size_t{1} << 14;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::array<void*, 40> free_blocks_{};  ///< by the power of two that the size is
  std::array<Tail, 4> tails_{};
  size_t next_tail_ = 0;
  std::vector<std::shared_ptr<void>> kept_;
};

}  // namespace hawser::starlark
