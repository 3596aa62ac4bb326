// Random ids and jitter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hawser {

/// `bytes` bytes from the operating system's generator, as lower-case hexadecimal. For ids and
/// names; thread-safe.
std::string RandomHex(size_t bytes);

/// A uniformly distributed 64-bit number from the same generator.
uint64_t RandomU64();

}  // namespace hawser
