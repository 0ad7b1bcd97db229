/** Client, session, configuration, events and errors. */
@NullMarked
package io.github.geminilive;

import org.jspecify.annotations.NullMarked;
