/**
 * A real MySQL server inside this process's care, for the demo and for the tests; production names its own server.
 *
 * <p>Promises: a folder that is kept starts again, whatever ended the last run; a folder in use is refused in one sentence;
 * only a server that was started from here is ever stopped. Tables: none. Doors: none.
 */
package dev.ungrant.embedded;
