package io.github.geminilive.internal.session;

/** Whether the user speaks, as far as anybody knows. Guarded by the engine's lock. */
final class UserSpeech {

  /** How long after speech an answer is to be expected, if the service heard it as such. */
  private static final long ANSWER_NANOS = 3_000_000_000L;

  private boolean reported;
  private boolean noticed;
  private boolean windowOpen;
  private boolean windowWritten;
  private boolean unanswered;
  private long endedNanos;

  /** Whether the user speaks. */
  boolean running() {
    return reported || noticed || windowOpen;
  }

  /**
   * A detector on this side has said something.
   *
   * @return whether that is news
   */
  boolean report(boolean speaking) {
    boolean news = speaking != reported;
    reported = speaking;
    return news;
  }

  /**
   * The service has said that it hears the user begin or stop.
   *
   * @return whether that is news
   */
  boolean notice(boolean speaking) {
    boolean news = speaking != noticed;
    noticed = speaking;
    return news;
  }

  /** The application has begun or ended the user's turn. */
  void window(boolean open) {
    windowOpen = open;
  }

  /** The same has left this side. */
  void windowWritten(boolean open) {
    windowWritten = open;
  }

  /** Whether the service is in the middle of a user's turn that the application began. */
  boolean inWrittenWindow() {
    return windowWritten;
  }

  /** Speech may have ended; the service takes a moment to find that, and to answer. */
  void ended(long nowNanos) {
    unanswered = true;
    endedNanos = nowNanos;
  }

  /** A turn has ended: whatever was said, it has had its answer. */
  void answered() {
    unanswered = false;
  }

  /** Whether an answer to what was just said may be about to begin. */
  boolean awaitsAnswer(long nowNanos) {
    return unanswered && nowNanos - endedNanos <= ANSWER_NANOS;
  }

  /** The service that heard the user is gone. */
  void onLost() {
    noticed = false;
  }
}
