// A workspace that someone edits at random.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/integration/seen_files.h"

namespace hawser::testing {

/// A few names, many kinds of edits, all from one seed.
class RandomWorkspace {
 public:
  /// Lives in `directory`, which is empty.
  RandomWorkspace(uint64_t seed, std::string directory);

  /// Makes one to eight edits, or now and then what a version control system does: very many at
  /// once, and back again. Returns the paths that a watcher would report.
  std::vector<std::string> Edit();
  /// What it holds now, and all that it held after an Edit.
  const SeenFiles& files() const { return files_; }
  const SeenVersions& versions() const { return versions_; }

  std::string root() const { return directory_ + "/workspace"; }
  uint64_t Random(uint64_t bound) { return random_() % bound; }
  /// True once in `so_many` times.
  bool Once(uint64_t so_many) { return Random(so_many) == 0; }

 private:
  std::string AnyPath();
  std::string AnyContent();
  void EditOne(const std::string& path);
  void WriteMany();
  void SwitchBranch();
  void EditLargeFiles();
  void TouchTop();
  void Write(const std::string& path);
  void Append(const std::string& path);
  void Overwrite(const std::string& path);

  /// What a branch holds that is not checked out.
  std::string Aside(uint64_t branch) const;

  const std::string directory_;
  uint64_t branch_ = 0;
  std::mt19937_64 random_;
  SeenFiles files_;
  SeenVersions versions_;
  std::vector<std::string> touched_;
};

}  // namespace hawser::testing
