// What the allocator keeps: only glibc's needs to be asked.
#include "lib/base/memory.h"

#include <malloc.h>

namespace hawser {

void ReturnFreeMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace hawser
