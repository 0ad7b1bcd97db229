package io.github.geminilive.testkit;

/**
 * How a connection ended.
 *
 * @param by who ended it first
 * @param code close code of the first close frame; 1005 when it had none, 1006 when there was no
 *     close frame at all
 * @param reason reason of that frame; empty without one
 */
public record Closure(By by, int code, String reason) {

  /** A side of the connection. */
  public enum By {
    /** The program under test. */
    CLIENT,
    /** The simulated service. */
    SERVER
  }
}
