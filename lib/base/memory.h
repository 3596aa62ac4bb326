// What the allocator keeps.
#pragma once

namespace hawser {

/// Gives memory that is free back to the system. Worth its milliseconds after work that took much
/// more than what follows it will.
void ReturnFreeMemory();

}  // namespace hawser
