/** Runs the model's calls and words the answers. */
@NullMarked
package io.github.geminilive.internal.tool;

import org.jspecify.annotations.NullMarked;
