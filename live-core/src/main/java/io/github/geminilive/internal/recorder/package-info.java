/** What a session's flight recorder keeps, and how it is told without secrets. Knows no session. */
@NullMarked
package io.github.geminilive.internal.recorder;

import org.jspecify.annotations.NullMarked;
