/** Threads and timers that others bring. */
@NullMarked
package io.github.geminilive.internal.concurrent;

import org.jspecify.annotations.NullMarked;
