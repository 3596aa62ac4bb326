// Messages that fetch files the pod made or changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/digest.h"
#include "lib/wire/opening_messages.h"

namespace hawser::wire {

/// Selects what lies below a directory of the container: `glob` (.dockerignore syntax) matches
/// paths relative to `root`, and a directory that it matches stands for all below it. An empty glob
/// selects `root` itself and all below it.
struct PullPattern {
  std::string root;  ///< absolute, normalised, inside a sync root
  std::string glob;
  bool operator==(const PullPattern&) const = default;
};

/// Asks what the container has now. Answered by one or more PullListing with the same id.
struct PullList {
  uint64_t id = 0;  ///< the client's, to tell answers apart
  std::vector<PullPattern> patterns;
  Digest known;  ///< digest of the listing that the client has; zero for none
  bool operator==(const PullList&) const = default;
};

/// Files and symlinks that match, in path order within and across messages; `last` ends it.
struct PullListing {
  uint64_t id = 0;
  std::vector<PathEntry> entries;  ///< none when `digest` is the one the client knows
  bool last = true;
  Digest digest;        ///< of all entries as a tree
  std::string trouble;  ///< what could not be listed, for people; else empty
  bool operator==(const PullListing&) const = default;
};

/// Asks for a piece of a file. Answered by one PullPiece with the same id.
struct PullRead {
  uint64_t id = 0;
  std::string path;
  uint64_t offset = 0;
  uint32_t length = 0;
  bool operator==(const PullRead&) const = default;
};

/// Bytes of a file from the offset asked for; fewer than asked for only at its end.
struct PullPiece {
  uint64_t id = 0;
  std::string trouble;  ///< why there are none, for people; else empty
  std::string bytes;
  bool operator==(const PullPiece&) const = default;
};

}  // namespace hawser::wire
