/** Annotated methods the model can call. Filled by a later release. */
@NullMarked
package io.github.geminilive.tools;

import org.jspecify.annotations.NullMarked;
