/** From a call to its result: what runs a tool, and what makes a result of what it returns. */
@NullMarked
package io.github.geminilive.tools.internal.run;

import org.jspecify.annotations.NullMarked;
