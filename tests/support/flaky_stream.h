// A byte stream that breaks on purpose: cuts the connection, corrupts or loses bytes at a chosen
// place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "lib/net/stream.h"

namespace hawser::testing {

/// What goes wrong. Positions count the bytes written through this stream, from 0.
struct Faults {
  std::optional<uint64_t>
      cut_after;  ///< this many bytes pass, then the stream is closed and Write is unavailable
  std::optional<uint64_t> corrupt_at;  ///< this byte arrives with the bits of `flip` flipped
  uint8_t flip = 1;
  std::optional<uint64_t>
      lose_at;  ///< from here on `lose` bytes do not arrive, those after them do
  uint64_t lose = 1;
  std::optional<size_t> max_read;  ///< Read returns at most this many bytes at once
};

/// Wraps `inner` so that `faults` happen to what is written.
std::unique_ptr<net::ByteStream> MakeFlakyStream(std::unique_ptr<net::ByteStream> inner,
                                                 Faults faults);

/// The seed for a random test: HAWSER_SEED when set, else a fresh one. Prints it, so that a failure
/// can be repeated.
uint64_t TestSeed();

}  // namespace hawser::testing
