package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

/** Thrown by a {@link Backing} that cannot reach what it is asked for. */
public final class InaccessibleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String fix;

  /**
   * Tells why.
   *
   * @param reason what cannot be reached, and why, as a sentence
   * @param fix what to do, as a sentence
   */
  public InaccessibleException(String reason, String fix) {
    super(requireNonNull(reason, "reason"));
    this.fix = requireNonNull(fix, "fix");
  }

  /** What to do. */
  public String fix() {
    return fix;
  }
}
