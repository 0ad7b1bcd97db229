/** The wire: one record for every message and every part of one. */
@NullMarked
package io.github.geminilive.protocol;

import org.jspecify.annotations.NullMarked;
