package io.github.geminilive.testkit.internal;

import org.jspecify.annotations.Nullable;

/**
 * Whether a client may come in.
 *
 * @param httpStatus status to refuse the upgrade with; 0 to accept it
 * @param closeCode code to close with at the first message; 0 to let the client in
 * @param closeReason what is wrong with the credential; empty when nothing is
 * @param token the ephemeral token used; null for other credentials
 */
record Access(int httpStatus, int closeCode, String closeReason, Tokens.@Nullable Token token) {

  static Access granted() {
    return new Access(0, 0, "", null);
  }

  static Access granted(Tokens.Token token) {
    return new Access(0, 0, "", token);
  }

  static Access refused(int closeCode, String reason) {
    return new Access(0, closeCode, reason, null);
  }
}
