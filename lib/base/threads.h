// Shares work out among threads.
#pragma once

#include <cstddef>
#include <functional>

namespace hawser {

/// Does `work` for parts of `items` that follow one another, each on a thread of its own: one for
/// each `per_thread` of the items, at most one for each core and four in all; at least one. The
/// first part is done by the caller's. Returns when all are done.
void InParts(size_t items, size_t per_thread,
             const std::function<void(size_t begin, size_t end)>& work);

/// How many threads that is.
size_t ThreadsFor(size_t items, size_t per_thread);

}  // namespace hawser
