// Seeing from outside what a container's files hold.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/container.h"
#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::bench {

/// By what a saved file is known: its size, and bytes that no other version has at this place. A
/// file that is written in order and has its size is whole.
struct Mark {
  std::string path;  ///< relative to the tool's folder
  uint64_t size = 0;
  uint64_t offset = 0;
  std::string bytes;  ///< may be empty: then the size decides
};

/// Looks for marks below one directory, each until it was seen once.
class Sight {
 public:
  /// `directory` as this host sees it. `marks` must outlive the sight.
  static Result<Sight> Open(const std::string& directory, const std::vector<Mark>& marks);

  /// True once every mark was seen.
  bool All();

 private:
  Sight(UniqueFd directory, const std::vector<Mark>& marks)
      : directory_(std::move(directory)), marks_(&marks) {}

  UniqueFd directory_;
  const std::vector<Mark>* marks_;
  size_t seen_ = 0;
};

/// Compares the files named by `marks` byte by byte; data_loss names the first that differs.
Status CompareFiles(const std::vector<Mark>& marks, const std::string& source,
                    const std::string& target);

}  // namespace hawser::bench
