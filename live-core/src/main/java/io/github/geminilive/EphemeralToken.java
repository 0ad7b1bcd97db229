package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A token that lets a program without the key hold conversations of its own with the service. The
 * name is a secret until the token is used up or over.
 *
 * @param name what the other program connects with, {@code auth_tokens/…}; give it {@link
 *     Credentials#ephemeralToken(String)}, or an official client as its API key
 * @param expires when it stops working, for conversations under way, too; by this machine's clock
 * @param startBy until when conversations can be begun; by this machine's clock
 * @param uses how many conversations can be begun; 0: any number
 */
public record EphemeralToken(String name, Instant expires, Instant startBy, int uses) {

  /** Checks that all is there. */
  public EphemeralToken {
    requireNonNull(name, "name");
    requireNonNull(expires, "expires");
    requireNonNull(startBy, "startBy");
  }

  /** The token as credentials of a configuration. */
  public Credentials credentials() {
    return Credentials.ephemeralToken(name);
  }

  /** Keeps back the name. */
  @Override
  public String toString() {
    return "EphemeralToken[***, expires="
        + expires
        + ", startBy="
        + startBy
        + ", uses="
        + (uses == 0 ? "any" : String.valueOf(uses))
        + "]";
  }
}
