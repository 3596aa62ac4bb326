// What the process keeps in memory although nothing needs it.
#include "lib/base/memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace hawser {

namespace {

/// Lets go of what of an object is only read: it is in the file as it is in memory.
int ReturnObject(dl_phdr_info* object, size_t, void*) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const uintptr_t begin = (object->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
    const uintptr_t end = (object->dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
    if (begin >= end) continue;
    static_cast<void>(::madvise(reinterpret_cast<void*>(begin),  // NOLINT: an address is a number
                                end - begin, MADV_DONTNEED));
  }
  return 0;
}

}  // namespace

void ReturnFreeMemory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

void UseOneMemoryPool() {
#ifdef __GLIBC__
  ::mallopt(M_ARENA_MAX, 1);
#endif
}

void ReturnProgramPages() {
  ::dl_iterate_phdr(ReturnObject, nullptr);
}

}  // namespace hawser
