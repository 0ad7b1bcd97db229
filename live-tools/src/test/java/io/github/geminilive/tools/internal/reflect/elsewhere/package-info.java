/** Classes of another package. */
@NullMarked
package io.github.geminilive.tools.internal.reflect.elsewhere;

import org.jspecify.annotations.NullMarked;
