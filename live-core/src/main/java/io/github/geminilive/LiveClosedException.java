package io.github.geminilive;

/** The connection or session is over, or was refused; says by whom, with which code and reason. */
public class LiveClosedException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final transient CloseInfo info;

  /**
   * For a session that has ended.
   *
   * @param info how it ended
   * @param message what was tried and what to check
   */
  public LiveClosedException(CloseInfo info, String message) {
    super(info.kind() == null ? FailureKind.CONNECTION_LOST : info.kind(), message, null);
    this.info = info;
  }

  /** How the connection ended. */
  public CloseInfo info() {
    return info;
  }

  /** The WebSocket close code; 1006 when there was none. */
  public int closeCode() {
    return info.code();
  }

  /** The reason the other side gave, credentials masked; empty when it gave none. */
  public String reason() {
    return info.reason();
  }

  @Override
  public boolean retryable() {
    return info.retryable();
  }
}
