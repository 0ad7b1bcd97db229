/** The engine of a session: turns, events, tools, the end. Knows no socket. */
@NullMarked
package io.github.geminilive.internal.session;

import org.jspecify.annotations.NullMarked;
