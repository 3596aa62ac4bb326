// What the allocator keeps.
#pragma once

namespace hawser {

/// Gives memory that is free back to the system. Worth its milliseconds after work that took much
/// more than what follows it will.
void ReturnFreeMemory();

/// Lets go of the program's own code and constants, which the system reads from its file again as
/// they are used. Worth it before a long rest.
void ReturnProgramPages();

}  // namespace hawser
