package io.github.geminilive.tools.model;

import static java.util.Objects.requireNonNull;

/**
 * The code of a record or bean refused the values it was to be made of. Thrown by {@link
 * ObjectType#create}; its cause is what that code threw.
 */
public final class CreationException extends RuntimeException {

  private final Exception refusal;

  /**
   * A refusal.
   *
   * @param refusal what a constructor or setter threw
   */
  public CreationException(Exception refusal) {
    super(requireNonNull(refusal, "refusal"));
    this.refusal = refusal;
  }

  /** What the constructor or setter threw. */
  public Exception refusal() {
    return refusal;
  }
}
