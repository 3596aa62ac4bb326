// A workspace that someone edits at random.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// A few names, many kinds of edits, all from one seed.
class RandomWorkspace {
 public:
  explicit RandomWorkspace(uint64_t seed) : random_(seed) {}

  /// Makes one to eight edits; returns the paths that a watcher would report.
  std::vector<std::string> Edit();
  /// True when a file of the workspace ever had this content.
  bool EverHeld(const Digest& digest) const { return contents_.contains(digest); }

  std::string root() const { return directory_.path().string(); }
  uint64_t Random(uint64_t bound) { return random_() % bound; }

 private:
  std::string AnyPath();
  std::string AnyContent();
  void EditOne(const std::string& path);
  void Write(const std::string& path);
  void Append(const std::string& path);

  TempDir directory_;
  std::mt19937_64 random_;
  std::set<Digest> contents_;
  std::vector<std::string> touched_;
};

}  // namespace hawser::testing
