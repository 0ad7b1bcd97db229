/** Writes what the model is told of tools. */
@NullMarked
package io.github.geminilive.tools.internal.declaration;

import org.jspecify.annotations.NullMarked;
