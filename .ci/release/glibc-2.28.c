/* What GCC's libstdc++ asks of glibc and glibc 2.28 does not have yet. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* glibc 2.32: whether the process has one thread, so that atomics can be spared. It never is so here. */
char __libc_single_threaded = 0;

/* glibc 2.36: for std::random_device. */
uint32_t arc4random(void) {
  uint32_t word;
  if (getentropy(&word, sizeof word) != 0) abort();
  return word;
}
