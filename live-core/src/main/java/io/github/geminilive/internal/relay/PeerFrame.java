package io.github.geminilive.internal.relay;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message for a peer; one of both is null.
 *
 * @param text a text message
 * @param binary a binary message, from position to limit
 */
record PeerFrame(@Nullable String text, @Nullable ByteBuffer binary) {

  static PeerFrame of(String text) {
    return new PeerFrame(text, null);
  }

  static PeerFrame of(ByteBuffer binary) {
    return new PeerFrame(null, binary);
  }

  /** About how many bytes it takes. */
  int bytes() {
    return text != null ? text.length() : binary == null ? 0 : binary.remaining();
  }
}
