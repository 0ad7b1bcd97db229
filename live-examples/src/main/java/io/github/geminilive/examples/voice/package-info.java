/** What the example programs share. */
@NullMarked
package io.github.geminilive.examples.voice;

import org.jspecify.annotations.NullMarked;
