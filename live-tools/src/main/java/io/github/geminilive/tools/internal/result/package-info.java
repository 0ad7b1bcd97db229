/** Turns what a tool's method returns into what JSON can hold. */
@NullMarked
package io.github.geminilive.tools.internal.result;

import org.jspecify.annotations.NullMarked;
