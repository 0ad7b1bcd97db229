/** Wire records to frames and back. */
@NullMarked
package io.github.geminilive.internal.codec;

import org.jspecify.annotations.NullMarked;
