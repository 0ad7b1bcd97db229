package io.github.geminilive;

/** The service closed the connection instead of answering the setup with {@code setupComplete}. */
public final class LiveSetupRefusedException extends LiveClosedException {

  private static final long serialVersionUID = 1L;

  /**
   * For a setup that was refused.
   *
   * @param info the close that came instead of {@code setupComplete}
   * @param message what was tried and what to check
   */
  public LiveSetupRefusedException(CloseInfo info, String message) {
    super(info, message);
  }
}
