/** Methods the model can call: annotate them, hand the object to the session's configuration. */
@NullMarked
package io.github.geminilive.tools;

import org.jspecify.annotations.NullMarked;
