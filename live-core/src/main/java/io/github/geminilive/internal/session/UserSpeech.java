package io.github.geminilive.internal.session;

/** Whether the user speaks, as far as anybody knows. Guarded by the engine's lock. */
final class UserSpeech {

  private boolean reported;
  private boolean noticed;
  private boolean windowOpen;
  private boolean windowWritten;

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

  /** The service that heard the user is gone. */
  void onLost() {
    noticed = false;
  }
}
