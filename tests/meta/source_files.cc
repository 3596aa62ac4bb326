// Finds and reads the source files of the checkout.
#include "tests/meta/source_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hawser::meta {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = HAWSER_SOURCE_DIR;

}  // namespace

std::vector<SourceFile> SourceFiles(const std::vector<std::string>& folders,
                                    const std::vector<std::string>& endings) {
  std::vector<std::string> paths;
  for (const std::string& folder : folders) {
    if (!fs::is_directory(kRoot / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder)) {
      const std::string path = fs::relative(entry.path(), kRoot).string();
      const bool wanted =
          std::any_of(endings.begin(), endings.end(),
                      [&](const std::string& ending) { return path.ends_with(ending); });
      if (wanted && entry.is_regular_file()) paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> files;
  for (const std::string& path : paths) files.push_back(ReadSourceFile(path));
  return files;
}

SourceFile ReadSourceFile(const std::string& path) {
  std::ifstream in(kRoot / path);
  EXPECT_TRUE(in.is_open()) << "cannot read " << path;
  SourceFile file{path, {}};
  for (std::string line; std::getline(in, line);) file.lines.push_back(line);
  return file;
}

std::string Finding(const SourceFile& file, size_t index, const std::string& wrong,
                    const std::string& remedy) {
  return file.path + ":" + std::to_string(index + 1) + ": " + wrong + ". Remedy: " + remedy;
}

}  // namespace hawser::meta
