// SPDX-License-Identifier: Apache-2.0
#include "tests/schemas/allocations.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/support/sanitized.h"

namespace {
std::atomic<std::size_t> allocations = 0;
}

#ifdef CLAWGATE_SANITIZED
// The sanitizer has operators of its own and says what they are asked for.
extern "C" void __sanitizer_malloc_hook(const volatile void*, std::size_t) {
  ++allocations;
}
#else
// NOLINTBEGIN(misc-new-delete-overloads): the other forms call these.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
// NOLINTEND(misc-new-delete-overloads)
#endif

namespace clawgate {

std::size_t allocations_so_far() {
  return allocations;
}

}  // namespace clawgate
