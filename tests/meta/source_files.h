// The source files of the checkout, for the tests that read them.
#pragma once

#include <string>
#include <vector>

namespace hawser::meta {

/// One file: its path relative to the checkout, and its lines without their ends.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;
};

/// Every file below the given folders whose name ends in one of `endings`, in path order.
std::vector<SourceFile> SourceFiles(const std::vector<std::string>& folders,
                                    const std::vector<std::string>& endings);

/// One file of the checkout, or a test failure and no lines.
SourceFile ReadSourceFile(const std::string& path);

/// "PATH:LINE: what is wrong. Remedy: what to do" for the line at `index` (from 0).
std::string Finding(const SourceFile& file, size_t index, const std::string& wrong,
                    const std::string& remedy);

}  // namespace hawser::meta
