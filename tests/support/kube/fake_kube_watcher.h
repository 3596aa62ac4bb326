// One running watch of the fake API server.
#pragma once

#include <cstdint>

#include "lib/base/status.h"
#include "lib/kube/api.h"
#include "tests/support/kube/fake_kube_api.h"

namespace hawser::testing {

/// Where a watch stands, guarded by the fake's mutex.
struct FakeKubeApi::Watcher {
  kube::Resource resource;
  uint64_t seen = 0;      // the last resourceVersion handed on or skipped
  bool bookmark = false;  // send one next
  bool ended = false;
  Status end;
};

}  // namespace hawser::testing
