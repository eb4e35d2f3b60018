/* Answers "not available" to what mysqld links from libaio. See README.md. */
#define NOT_AVAILABLE (-38) /* -ENOSYS */

int io_submit(void) { return NOT_AVAILABLE; }
int io_setup(void) { return NOT_AVAILABLE; }
int io_getevents(void) { return NOT_AVAILABLE; }
