// What the benches save: text like source code, the same in every run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "lib/base/status.h"

namespace hawser::bench {

/// Source-like text of exactly `size` bytes. `seed` chooses the text; texts that differ in
/// `version` alone differ in one line.
std::string SourceText(size_t size, uint32_t seed, int version);

/// How a tree of small files looks: one hundred files in each directory.
std::filesystem::path SourcePath(uint32_t number);

/// Writes `content` over the file, in place.
Status WriteFile(const std::filesystem::path& path, const std::string& content);

/// Makes `files` files of 4 KB on average below `root`, and their directories.
Status WriteTree(const std::filesystem::path& root, uint32_t files);

/// How many bytes file `number` of such a tree has.
size_t SourceSize(uint32_t number);

}  // namespace hawser::bench
