/* Answers "not available" to what mysqld links from libnuma. See README.md. */
int numa_available(void) { return -1; }
int mbind(void) { return -1; }
int set_mempolicy(void) { return -1; }
void *numa_alloc_local(void) { return 0; }
void *numa_get_mems_allowed(void) { return 0; }
void numa_free(void) {}
void numa_bitmask_free(void) {}
