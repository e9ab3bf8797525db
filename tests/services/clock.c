/* The time of a program, from a file in place of the machine: microseconds since 1970, eight bytes.
 *
 * To be preloaded, for a server that is to live by the clock of a test. The monotonic clock is not touched: what is
 * waited for in earnest takes as long as it takes. Debian's libfaketime does the same for other programs, but calls
 * itself without end where memory comes from jemalloc, as Redis's does. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *moment;

__attribute__((constructor)) static void look(void) {
    const char *path = getenv("ASPIS_TEST_CLOCK");
    int file = path ? open(path, O_RDONLY) : -1;
    void *seen = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *moment, PROT_READ, MAP_SHARED, file, 0);
    if (seen == MAP_FAILED) {
        perror("ASPIS_TEST_CLOCK");
        _exit(1);
    }
    moment = seen;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int64_t micros = *moment;
    (void)zone;
    now->tv_sec = micros / 1000000;
    now->tv_usec = micros % 1000000;
    return 0;
}

time_t time(time_t *now) {
    time_t seconds = *moment / 1000000;
    if (now) {
        *now = seconds;
    }
    return seconds;
}
