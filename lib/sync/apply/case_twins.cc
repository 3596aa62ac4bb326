// Hashes of folded paths first; only those that occur twice are compared.
#include "lib/sync/apply/case_twins.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace hawser::sync {

namespace {

std::string FoldCase(std::string path) {
  for (char& byte : path) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return path;
}

uint64_t FoldedHash(const std::string& path) {
  return std::hash<std::string>()(FoldCase(path));
}

bool IsPutFile(const std::optional<Entry>& entry) {
  return entry.has_value() && entry->kind != EntryKind::kDirectory;
}

/// The hashes that more than one path has, in order.
template <typename Puts>
std::vector<uint64_t> SharedHashes(const Puts& puts) {
  std::vector<uint64_t> hashes;
  for (const auto& [path, entry] : puts) {
    if (IsPutFile(entry)) hashes.push_back(FoldedHash(path));
  }
  std::sort(hashes.begin(), hashes.end());
  std::vector<uint64_t> shared;
  for (size_t i = 1; i < hashes.size(); ++i) {
    if (hashes[i] == hashes[i - 1]) shared.push_back(hashes[i]);
  }
  return shared;
}

template <typename Puts>
std::vector<CaseTwins> FindTwins(const Puts& puts) {
  std::vector<CaseTwins> found;
  const std::vector<uint64_t> shared = SharedHashes(puts);
  if (shared.empty()) return found;
  std::map<std::string, std::vector<std::pair<std::string, Entry>>> groups;
  for (const auto& [path, entry] : puts) {
    if (!IsPutFile(entry)) continue;
    if (!std::binary_search(shared.begin(), shared.end(), FoldedHash(path))) continue;
    groups[FoldCase(path)].emplace_back(path, *std::optional<Entry>(entry));
  }
  for (const auto& [folded, group] : groups) {
    const bool differ = std::any_of(group.begin(), group.end(), [&first = group](const auto& each) {
      return !each.second.SameContent(first.front().second);
    });
    if (!differ) continue;
    CaseTwins& twins = found.emplace_back();
    for (const auto& [path, entry] : group) twins.push_back(path);
  }
  return found;
}

}  // namespace

std::vector<CaseTwins> FindCaseTwins(const TreeEdits& puts) {
  return FindTwins(puts);
}

std::vector<CaseTwins> FindCaseTwins(const Tree& puts) {
  return FindTwins(puts);
}

FoldedPaths::FoldedPaths(const TreeEdits& puts)
    : FoldedPaths([&puts](const Visit& visit) {
        for (const auto& [path, entry] : puts) visit(path, entry);
      }) {}

FoldedPaths::FoldedPaths(const Tree& puts)
    : FoldedPaths([&puts](const Visit& visit) {
        for (const auto& [path, entry] : puts) visit(path, entry);
      }) {}

FoldedPaths::FoldedPaths(std::function<void(const Visit&)> for_each)
    : for_each_(std::move(for_each)) {
  for_each_([this](const std::string& path, const std::optional<Entry>& entry) {
    if (entry.has_value()) hashes_.push_back(FoldedHash(path));
  });
  std::sort(hashes_.begin(), hashes_.end());
}

CaseTwins FoldedPaths::TwinsOf(const std::string& path) const {
  CaseTwins twins;
  if (!std::binary_search(hashes_.begin(), hashes_.end(), FoldedHash(path))) return twins;
  const std::string folded = FoldCase(path);
  for_each_([&](const std::string& other, const std::optional<Entry>& entry) {
    if (entry.has_value() && other != path && FoldCase(other) == folded) twins.push_back(other);
  });
  return twins;
}

}  // namespace hawser::sync
