// The way straight to a pod's address, where the network lets it: to whom it is tried, and the
// stream that tells when it broke.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "lib/net/stream.h"
#include "local-cli/cluster/sessions.h"

namespace hawser::cli {

/// Opens byte streams to addresses of pods.
class DirectPath {
 public:
  virtual ~DirectPath() = default;
  /// `address` is an IP literal. Whoever listens there is not known yet: it may be anybody.
  /// Thread-safe. unavailable, deadline_exceeded; cancelled as soon as `stop` is asked.
  virtual Result<std::unique_ptr<net::ByteStream>> Open(const std::string& address, uint16_t port,
                                                        Deadline deadline,
                                                        const std::stop_token& stop) = 0;
};

/// By TCP. What nobody acknowledges for 30 s breaks the stream.
std::unique_ptr<DirectPath> MakeDirectPath();

/// Where pods can be reached, and where it was tried in vain. Thread-safe.
class DirectAddresses {
 public:
  /// How long an address that was of no use is left alone.
  static constexpr Duration kRest = std::chrono::minutes(1);

  /// These are pods of the session; what is known of others stays.
  void Learn(const std::vector<PodView>& pods);
  /// Where to try; nothing when the agent does not listen there, or that was in vain of late.
  std::optional<std::string> Find(const std::string& pod, TimePoint now);
  /// It was in vain: nobody answered, somebody else did, or the connection broke.
  void Rest(const std::string& address, TimePoint now);

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> addresses_;  ///< by pod
  std::map<std::string, TimePoint> resting_;      ///< until when, by address
};

/// `inner`, and `on_broken` is called, by any thread, when it fails rather than ends.
std::unique_ptr<net::ByteStream> TellWhenBroken(std::unique_ptr<net::ByteStream> inner,
                                                std::function<void()> on_broken);

}  // namespace hawser::cli
