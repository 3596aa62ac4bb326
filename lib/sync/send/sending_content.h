// The content that the senders of all pods share, so that a file is read and encoded once.
#pragma once

#include <string>
#include <utility>

#include "lib/sync/send/content.h"
#include "lib/sync/send/patch_cache.h"
#include "lib/sync/workspace/base_cache.h"
#include "lib/sync/workspace/scanned_content.h"
#include "lib/wire/limits.h"

namespace hawser::sync {

/// Thread-safe.
struct SendingContent {
  ContentSource source;
  BaseCache bases{wire::kMaxPatchSide};
  ScannedContent fresh{wire::kMaxPatchSide, bases};
  PatchCache patches{16U << 20};
  explicit SendingContent(std::string root) : source(std::move(root)) {}

  /// True when the patch is there or can be made without the pod. Another pod's batch may have
  /// pushed the base out, and left its patch.
  bool CanPatch(const Digest& base, const Digest& content) {
    return bases.Get(base) != nullptr || patches.Expects(base, content);
  }
};

}  // namespace hawser::sync
