// Fetches files of a pod's app container through its agent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/sync/pull/saver.h"
#include "lib/sync/tree/tree.h"
#include "lib/wire/channel.h"

namespace hawser::cli {

/// One question at a time over a channel that nobody else reads. Whatever the pod says is checked:
/// failures of the stream as wire::Channel's, data_loss when an answer contradicts itself.
class PodFilesClient {
 public:
  /// What the pod says of itself.
  struct Agreement {
    std::optional<sync::Tree> tree;  ///< that it confirmed; nothing while there is none
    bool container_runs = true;      ///< the app's container can be asked
  };
  struct Listing {
    std::optional<sync::Tree> tree;  ///< nothing when it is the one that was known
    std::string trouble;             ///< what the pod left out; else empty
  };

  /// `channel`, which its agent welcomed, must outlive the client.
  explicit PodFilesClient(wire::Channel& channel) : channel_(channel) {}

  /// Nodes of `known` do not travel.
  Result<Agreement> Agreed(const sync::Tree& known, Deadline deadline);
  /// What matches in the container, where `known` is the digest of what matched before. unavailable
  /// when the pod could not look.
  Result<Listing> List(const std::vector<wire::PullPattern>& patterns, const Digest& known,
                       Deadline deadline);
  /// Passes the file's content on, in pieces of bounded size.
  Status Fetch(const std::string& path, uint64_t size, const sync::PullSaver::Sink& sink,
               Deadline deadline);

 private:
  template <typename Answer>
  Result<Answer> Await(uint64_t id, Deadline deadline);

  wire::Channel& channel_;
  uint64_t newest_ = 0;  ///< request
};

}  // namespace hawser::cli
