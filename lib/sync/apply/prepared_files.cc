// Directories that the container does not have yet, filled out of sight while the rest of their
// batch arrives.
#include "lib/sync/apply/prepared_files.h"

#include <errno.h>

#include <utility>

#include "lib/base/threads.h"
#include "lib/fs/file.h"
#include "lib/wire/path.h"

namespace hawser::sync {

namespace {

constexpr uint32_t kHiddenMode = 0700;
constexpr size_t kFilesPerThread = 64;

int WriteOne(TargetFiles& target, const std::string& hidden, const Entry& entry) {
  if (entry.kind == EntryKind::kSymlink) return target.PutSymlink(hidden, entry.target);
  // The batch may come a second time, after its connection broke.
  const int error = target.MakeFile(hidden, entry);
  return error == EEXIST ? target.PutFile(hidden, entry) : error;
}

}  // namespace

PreparedFiles::PreparedFiles(const std::string& container_root, ContentReader& store,
                             std::vector<wire::SyncRoot> roots)
    : container_root_(container_root),
      store_(store),
      roots_(std::move(roots)),
      files_(container_root, store, PathsOf(roots_)) {}

PreparedFiles::~PreparedFiles() {
  RemoveHidden();
  // The batch may have come to nothing because the volume was full.
  store_.Close();
}

void PreparedFiles::Add(const std::vector<wire::PathEntry>& entries) {
  TreeEdits written;
  std::vector<HiddenFile> files;
  for (const wire::PathEntry& item : entries) {
    std::string hidden = Choose(item);
    if (hidden.empty()) continue;
    if (item.entry.kind != EntryKind::kDirectory) {
      files.push_back({.item = &item, .hidden = std::move(hidden)});
    } else if (files_.PutDirectory(hidden, item.entry.mode) == 0) {
      written[item.path] = item.entry;
      if (!hidden_.contains(wire::ParentOf(item.path))) tops_.insert(item.path);
      hidden_[item.path] = std::move(hidden);
    }
  }
  Write(files);
  for (const HiddenFile& file : files) {
    if (file.written) written[file.item->path] = file.item->entry;
  }
  tree_ = tree_.With(written);
}

void PreparedFiles::Write(std::vector<HiddenFile>& files) const {
  InParts(files.size(), kFilesPerThread, [&](size_t begin, size_t end) {
    TargetFiles target(container_root_, store_, PathsOf(roots_));
    for (size_t i = begin; i < end; ++i) {
      files[i].written = WriteOne(target, files[i].hidden, files[i].item->entry) == 0;
    }
  });
}

std::string PreparedFiles::Hidden(const std::string& path) const {
  if (tops_.contains(path)) return hidden_.at(path);
  const auto above = hidden_.find(wire::ParentOf(path));
  return above == hidden_.end() ? "" : above->second + "/" + wire::NameOf(path);
}

std::string PreparedFiles::Choose(const wire::PathEntry& item) {
  if (std::string hidden = Hidden(item.path); !hidden.empty()) return hidden;
  if (item.entry.kind != EntryKind::kDirectory || !files_.NothingAt(item.path)) return "";
  const std::string& base = BaseFor(item.path);
  return base.empty() ? "" : base + "/" + std::to_string(tops_.size());
}

const std::string& PreparedFiles::BaseFor(const std::string& path) {
  const std::string root = *files_.RootOf(path);
  const auto [base, is_new] = bases_.try_emplace(root);
  if (is_new) {
    const std::string hidden = root + "/" + fs::TemporaryName();
    if (files_.PutDirectory(hidden, kHiddenMode) == 0) base->second = hidden;
  }
  return base->second;
}

Tree PreparedFiles::Place(const std::vector<std::string>& unwanted) {
  TreeEdits lost;
  for (auto path = unwanted.rbegin(); path != unwanted.rend(); ++path) {
    bool removed = false;
    if (files_.Remove(Hidden(*path), removed) != 0) {
      RemoveHidden();
      return Tree();
    }
    lost[*path] = std::nullopt;
  }
  for (const std::string& top : tops_) {
    if (files_.Move(hidden_[top], top) == 0) continue;
    lost[top] = std::nullopt;
    const std::string below = top + "/";
    for (auto at = tree_.From(below); at != nullptr && at->first.starts_with(below); ++at) {
      lost[at->first] = std::nullopt;
    }
  }
  RemoveHidden();
  return tree_.With(lost);
}

void PreparedFiles::RemoveHidden() {
  for (const auto& [root, base] : bases_) {
    if (!base.empty()) files_.RemoveAll(base);
  }
  bases_.clear();
}

}  // namespace hawser::sync
