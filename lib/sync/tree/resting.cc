// Writes leaves one after another into a file, and maps it.
#include "lib/sync/tree/resting.h"

#include <errno.h>
#include <sys/mman.h>

#include <memory>
#include <string>
#include <utility>

#include "lib/fs/file.h"
#include "lib/sync/tree/node.h"

namespace hawser::sync {

namespace {

constexpr size_t kWriteAt = 256U << 10;

/// Unmaps when the last leaf in it goes.
class Mapping {
 public:
  Mapping(int file, size_t size)
      : size_(size), bytes_(::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0)) {}
  ~Mapping() {
    if (valid()) ::munmap(bytes_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  bool valid() const { return bytes_ != MAP_FAILED; }
  std::string_view Piece(size_t offset, size_t size) const {
    return {static_cast<const char*>(bytes_) + offset, size};
  }

 private:
  const size_t size_;
  void* const bytes_;
};

template <typename Function>
Status ForEachLeaf(const TreeNode& node, const Function& function) {
  if (node.level == 0) return function(node);
  for (const TreeNodePtr& child : node.children)
    HAWSER_RETURN_IF_ERROR(ForEachLeaf(*child, function));
  return OkStatus();
}

Result<size_t> WriteLeaves(int file, const TreeNode& root) {
  size_t size = 0;
  std::string gathered;
  HAWSER_RETURN_IF_ERROR(ForEachLeaf(root, [&](const TreeNode& leaf) {
    gathered += leaf.packed;
    size += leaf.packed.size();
    if (gathered.size() < kWriteAt) return OkStatus();
    return fs::WriteAll(file, std::exchange(gathered, {}));
  }));
  HAWSER_RETURN_IF_ERROR(fs::WriteAll(file, gathered));
  return size;
}

/// The node with its leaves in `mapping` from `offset` on, which moves past them.
TreeNodePtr Moved(const TreeNode& node, const std::shared_ptr<const Mapping>& mapping,
                  size_t& offset) {
  auto moved = std::make_shared<TreeNode>(node);
  if (node.level == 0) {
    moved->packed = mapping->Piece(offset, node.packed.size());
    moved->holder = mapping;
    moved->in_file = true;
    offset += node.packed.size();
  }
  for (TreeNodePtr& child : moved->children) child = Moved(*child, mapping, offset);
  return moved;
}

}  // namespace

uint64_t LeafBytesInMemory(const Tree& tree) {
  uint64_t bytes = 0;
  if (tree.empty()) return bytes;
  static_cast<void>(ForEachLeaf(*tree.root(), [&](const TreeNode& leaf) {
    if (!leaf.in_file) bytes += leaf.packed.size();
    return OkStatus();
  }));
  return bytes;
}

Result<Tree> WithLeavesIn(int file, const Tree& tree) {
  if (tree.empty()) return tree;
  HAWSER_ASSIGN_OR_RETURN(const size_t size, WriteLeaves(file, *tree.root()));
  const auto mapping = std::make_shared<const Mapping>(file, size);
  if (!mapping->valid()) return ErrnoStatus(errno, "can't map the resting tree");
  size_t offset = 0;
  return Tree(Moved(*tree.root(), mapping, offset));
}

}  // namespace hawser::sync
