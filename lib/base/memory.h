// What the allocator keeps.
#pragma once

namespace hawser {

/// Gives memory that is free back to the system. Worth its milliseconds after work that took much
/// more than what follows it will.
void ReturnFreeMemory();

/// Has all threads take memory from one pool from now on, whose end ReturnFreeMemory reaches too:
/// glibc gives back the end of no other. For programs with many threads that are idle mostly.
void UseOneMemoryPool();

/// Lets go of the program's own code and constants, which the system reads from its file again as
/// they are used. Worth it before a long rest.
void ReturnProgramPages();

}  // namespace hawser
