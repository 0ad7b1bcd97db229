/** Runnable programs, one per file. */
@NullMarked
package io.github.geminilive.examples;

import org.jspecify.annotations.NullMarked;
