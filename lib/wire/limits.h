// The bounds of what a message may hold. Both sides enforce them: the sender before a byte leaves,
// the reader before it allocates.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hawser::wire {

inline constexpr size_t kMaxPath = 4096;            ///< bytes of a path
inline constexpr size_t kMaxComponent = 255;        ///< bytes between two slashes
inline constexpr size_t kMaxTarget = 4095;          ///< bytes of a symlink's target
inline constexpr size_t kMaxName = 512;             ///< bytes of a name, a version, an identity
inline constexpr size_t kMaxText = 64U << 10;       ///< bytes of a message for people
inline constexpr size_t kMaxRoots = 256;            ///< sync roots of a configuration
inline constexpr size_t kMaxSteps = 256;            ///< steps of a configuration
inline constexpr size_t kMaxArguments = 1024;       ///< words of a step's command
inline constexpr size_t kMaxArgument = 128U << 10;  ///< bytes of one such word
inline constexpr size_t kMaxItems = 1000000;        ///< entries, changes or problems in one message
inline constexpr size_t kMaxToldProblems = 200;     ///< problems that are sent in one message
inline constexpr size_t kMaxToldText = 4096;        ///< bytes of the text that is sent with one
inline constexpr size_t kMaxNodes = 4096;           ///< nodes of a tree in one message
inline constexpr uint32_t kMaxLevel = 16;           ///< of a node
inline constexpr uint32_t kMaxChanges = 1000000;    ///< changes of a batch
inline constexpr size_t kMaxTreeEntries = 1000000;  ///< entries of a tree
inline constexpr uint64_t kMaxFileSize = 4ULL << 30;       ///< bytes of a file that travels
inline constexpr uint64_t kMaxBatchContent = 16ULL << 30;  ///< bytes of the files of a batch
inline constexpr size_t kMaxPullPatterns = 1024;           ///< patterns of one look at the pod
inline constexpr uint32_t kMaxPullPiece = 256U << 10;      ///< bytes of one piece of a pulled file
inline constexpr size_t kMaxStreamPiece = 256U << 10;    ///< bytes of a carried connection at once
inline constexpr uint32_t kMaxStepTimeoutMs = 86400000;  ///< a day
inline constexpr uint32_t kMaxGraceMs = 3600000;         ///< an hour
inline constexpr uint64_t kMaxPatchSide = 128ULL << 20;  ///< bytes of a base held in memory, and
                                                         ///< of each part of an aligned patch
inline constexpr uint64_t kMaxPatched = 4ULL << 30;      ///< bytes of a patch's result
inline constexpr size_t kMaxBlockSums = 8192;            ///< blocks of one content
inline constexpr uint32_t kMinSumBlock = 2U << 10;       ///< bytes of a block
inline constexpr uint32_t kMaxSumBlock = 1U << 20;
inline constexpr size_t kMaxSumsAsked = 256;              ///< contents or ranges of one request
inline constexpr uint64_t kMaxStreamWindow = 8ULL << 20;  ///< zstd window of a streamed frame

}  // namespace hawser::wire
