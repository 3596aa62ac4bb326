// Whole-file helpers over descriptors: read all, write all, replace by rename.
#pragma once

#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/base/unique_fd.h"

namespace hawser::fs {

/// Opens `path` for reading. The failure names the path.
Result<UniqueFd> OpenToRead(const std::string& path);

/// Reads from the descriptor's position to its end. out_of_range when there are more than
/// `max_size` bytes.
Result<std::string> ReadAll(int fd, uint64_t max_size);

/// Reads up to `size` bytes into `buffer`, fewer only at the end of the file.
Result<size_t> ReadSome(int fd, char* buffer, size_t size);

/// Fills `out` from `offset` on, leaving the descriptor's position. data_loss when the file ends
/// before.
Status ReadAt(int fd, uint64_t offset, std::span<char> out);

/// The file's size in bytes.
Result<uint64_t> SizeOf(int fd);

/// A file's time since 1970 in nanoseconds. Times beyond 220 years from then, which a file may
/// bear, are held at that.
int64_t Nanoseconds(const timespec& time);

/// Writes all of `data`.
Status WriteAll(int fd, std::string_view data);

/// Copies `size` bytes between two files' positions, inside the kernel where it can. data_loss when
/// the source ends early.
Status CopyBytes(int from, int to, uint64_t size);

/// Replaces `path` by a file with this content and these permission bits: temporary file in the
/// same directory, then rename. Readers see the old content or the new, never a part.
Status ReplaceFile(const std::string& path, std::string_view content, uint32_t mode);

/// A file for reading and writing on the volume of `directory` that has no name and goes with its
/// descriptor. Fails as opening does, and where the file system knows no such files.
Result<UniqueFd> OpenUnnamed(const std::string& directory);

/// A name for a temporary file that no one else uses, other processes and copies of this one
/// included: ".hawser-<random>-<pid>-<count>.tmp". Any thread.
std::string TemporaryName();
/// True for what TemporaryName made, here or in another process.
bool IsTemporaryName(std::string_view name);

}  // namespace hawser::fs
