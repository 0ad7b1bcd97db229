/** Checks annotated tools when they are compiled, and generates code that needs no reflection. */
@NullMarked
package io.github.geminilive.tools.processor;

import org.jspecify.annotations.NullMarked;
