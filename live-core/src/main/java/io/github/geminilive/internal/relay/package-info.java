/** How peers are joined to sessions. */
@NullMarked
package io.github.geminilive.internal.relay;

import org.jspecify.annotations.NullMarked;
