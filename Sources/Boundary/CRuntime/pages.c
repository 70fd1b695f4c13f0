#define _GNU_SOURCE
#include "CRuntime.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>

/// Segments that may not be written are private mappings of a file that nobody has changed (elf(5), PT_LOAD), so dropping
/// their pages loses nothing (madvise(2), MADV_DONTNEED). What the loader adjusts before it forbids writing stands in
/// segments that may be written (PT_GNU_RELRO), and libraries with adjusted code (DF_TEXTREL) are left alone.
static int drop(struct dl_phdr_info *object, size_t size, void *unused) {
  const uintptr_t page = 4096;
  (void)size, (void)unused;
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_DYNAMIC) continue;
    for (const ElfW(Dyn) *entry = (const void *)(object->dlpi_addr + segment->p_vaddr); entry->d_tag; entry++)
      if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL)) return 0;
  }
  for (int index = 0; index < object->dlpi_phnum; index++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
    uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void aigw_drop_clean_pages(void) { dl_iterate_phdr(drop, 0); }
