// A workspace that someone edits at random.
#pragma once

#include <random>
#include <set>
#include <string>
#include <vector>

#include "lib/base/content_digest.h"
#include "tests/support/temp_dir.h"

namespace hawser::testing {

/// A few names, many kinds of edits, all from one seed.
class RandomWorkspace {
 public:
  explicit RandomWorkspace(uint64_t seed) : random_(seed) {}

  /// Makes one to eight edits, or now and then what a version control system does: very many at
  /// once, and back again. Returns the paths that a watcher would report.
  std::vector<std::string> Edit();
  /// True when a file of the workspace ever had this content.
  bool EverHeld(const Digest& digest) const { return contents_.contains(digest); }

  std::string root() const { return directory_.path().string(); }
  uint64_t Random(uint64_t bound) { return random_() % bound; }

 private:
  std::string AnyPath();
  std::string AnyContent();
  void EditOne(const std::string& path);
  void WriteMany();
  void SwitchBranch();
  void TouchTop();
  void Write(const std::string& path);
  void Append(const std::string& path);

  TempDir directory_;
  TempDir branches_;  ///< what each holds, but for the one that is checked out
  uint64_t branch_ = 0;
  std::mt19937_64 random_;
  std::set<Digest> contents_;
  std::vector<std::string> touched_;
};

}  // namespace hawser::testing
