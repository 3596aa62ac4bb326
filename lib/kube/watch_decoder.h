// Turns the body of a watch, newline-delimited JSON in arbitrary pieces, into events.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/base/status.h"
#include "lib/kube/api.h"

namespace hawser::kube {

/// Holds at most one unfinished event. Not thread-safe.
class WatchDecoder {
 public:
  /// Longer events are refused; etcd holds objects of at most 1.5 MiB.
  static constexpr size_t kMaxEventBytes = 16U << 20;

  explicit WatchDecoder(std::function<Status(WatchEvent)> sink) : sink_(std::move(sink)) {}

  /// Takes the next piece of the body and hands on the events it completes. Fails with the
  /// sink's failure, with what an ERROR event states (out_of_range for 410), or with data_loss when
  /// the body is not a watch's.
  Status Feed(std::string_view chunk);

  /// True when the body so far ends between two events.
  bool AtBoundary() const { return partial_.empty(); }

 private:
  Status CheckLength(size_t more) const;
  Status Decode(std::string_view line);

  std::function<Status(WatchEvent)> sink_;
  std::string partial_;
};

}  // namespace hawser::kube
