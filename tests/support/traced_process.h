// Work in a process that is stopped before each of its system calls, to look at what it left or to
// kill it there.
#pragma once

#include <cstdint>
#include <functional>

namespace hawser::testing {

/// Runs `work` in a copy of this process: of its memory, while files are the same. Before each
/// system call of its first thread `goes_on` is asked here, with the number of the call from 0; on
/// false the copy is killed at once. True when the work was done before that. A failed expectation
/// in the work fails the test. Not while this process has other threads that hold locks.
bool RunTraced(const std::function<void()>& work,
               const std::function<bool(uint64_t call)>& goes_on);

}  // namespace hawser::testing
