// A thread that can read no directory, as on a network mount whose server is away.
#pragma once

#include <functional>

namespace hawser::testing {

/// Runs `work` on a thread of its own. Of that thread, and of those it starts, every getdents64(2)
/// fails with `error`. False where the kernel refuses to filter calls; nothing was run then.
bool RunWithFailingListings(int error, const std::function<void()>& work);

}  // namespace hawser::testing
