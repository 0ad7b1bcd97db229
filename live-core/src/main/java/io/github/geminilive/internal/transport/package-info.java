/** One WebSocket: assembling what arrives, queueing and writing what leaves. Knows no session. */
@NullMarked
package io.github.geminilive.internal.transport;

import org.jspecify.annotations.NullMarked;
