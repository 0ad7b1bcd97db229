/** Joins browsers, apps and telephones to sessions, on a server that keeps the key. */
@NullMarked
package io.github.geminilive.relay;

import org.jspecify.annotations.NullMarked;
