/** Measurements; not published. */
@NullMarked
package io.github.geminilive.benchmarks;

import org.jspecify.annotations.NullMarked;
