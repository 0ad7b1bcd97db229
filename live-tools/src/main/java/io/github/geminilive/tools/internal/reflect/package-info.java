/** Tools found by reflection: what the mapping rules look at, and how values are made and read. */
@NullMarked
package io.github.geminilive.tools.internal.reflect;

import org.jspecify.annotations.NullMarked;
