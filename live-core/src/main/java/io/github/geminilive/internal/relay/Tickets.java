package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.codec.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Secrets with which peers come back to their conversations. Who holds one needs nothing but the same
 * login, so they cannot be guessed; stores see only their {@link #key}, which opens nothing.
 */
final class Tickets {

  private static final int BYTES = 24;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Tickets() {}

  /** A new one: 192 random bits as 32 characters of base64url. */
  static String next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Under which the conversation of a user's ticket is kept: 64 hexadecimal digits. Another user who
   * shows the same ticket finds nothing.
   *
   * @param ticket of any form; what peers send
   */
  static String key(String user, String ticket) {
    // The ticket's digest has always the same length, so that no two pairs give the same text.
    return digest(digest(ticket) + user);
  }

  private static String digest(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
