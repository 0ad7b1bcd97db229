package io.github.geminilive.internal.session;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.LiveUnreachableException;
import io.github.geminilive.protocol.ServerError;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong means, and what is done about it: one table, walked from top to bottom. Codes and
 * texts as the service is known to use them; texts are matched in part and without regard to case,
 * because the service cuts them at 123 bytes.
 */
public final class FailurePolicy {

  /** How far a connection had come. */
  enum Phase {
    /** Until the WebSocket handshake is done. */
    HANDSHAKE,
    /** From there to {@code setupComplete}. */
    SETUP,
    /** From there on. */
    OPEN
  }

  /** What is done about a failure. */
  enum Action {
    /** The session ends. */
    END,
    /** The next connection goes on with the newest handle; without one, afresh. */
    RESUME,
    /** The same once; from then on, the session ends until a connection has been stable. */
    RESUME_ONCE,
    /** The handle is given up; the next connection begins afresh, at once. */
    FRESH,
    /** The same handle again after a wait; the second time as {@link #FRESH}. */
    SAME_HANDLE_THEN_FRESH
  }

  /** What told of a failure. */
  enum Signal {
    /** The end of a WebSocket connection: by its close code, 1006 when there was no close frame. */
    CLOSE,
    /** The HTTP status of a refused upgrade, or what an error message has in its place. */
    STATUS,
    /** This side's own finding: by its kind. */
    OWN
  }

  /** Where a row applies. */
  enum Where {
    ANYWHERE,
    SETUP_WITH_HANDLE,
    OPEN;

    private boolean holds(Phase phase, boolean withHandle) {
      return switch (this) {
        case ANYWHERE -> true;
        case SETUP_WITH_HANDLE -> phase == Phase.SETUP && withHandle;
        case OPEN -> phase == Phase.OPEN;
      };
    }
  }

  /**
   * Which texts a row is for.
   *
   * @param any one of these is in it; empty: any text
   * @param none none of these is in it
   */
  record Words(List<String> any, List<String> none) {

    private static final Words WHATEVER = new Words(List.of(), List.of());

    private boolean match(String text) {
      return (any.isEmpty() || any.stream().anyMatch(text::contains))
          && none.stream().noneMatch(text::contains);
    }

    private static Words of(String... any) {
      return new Words(List.of(any), List.of());
    }
  }

  /**
   * One row. Kind and action are looked up by themselves, each in the first row that applies and
   * names one.
   *
   * @param from the first close code or status it is for
   * @param to the last
   * @param kind what it means; of a row for own findings, which one it is for
   * @param action what is done; null leaves it to a later row, as {@code kind} does
   */
  record Row(
      Signal signal,
      int from,
      int to,
      Words words,
      Where where,
      @Nullable FailureKind kind,
      @Nullable Action action) {

    boolean matches(Signal signal, int code, String text, Phase phase, boolean withHandle) {
      return signal == this.signal
          && code >= from
          && code <= to
          && words.match(text)
          && where.holds(phase, withHandle);
    }
  }

  private static final Words QUOTA = Words.of("quota", "billing", "resource_exhausted");
  private static final Words CREDENTIALS =
      Words.of("api key", "api_key", "auth_tokens/", "credential", "unauthenticated", "callers");
  // Texts that speak of the model's tokens do not mean the credential.
  private static final Words TOKEN =
      new Words(List.of("token"), List.of("token-based requests", "tokens"));
  private static final Words UNKNOWN_SESSION = Words.of("session not found");
  private static final Words UNKNOWN =
      Words.of("not found", "publisher model", "is not supported for bidigeneratecontent");

  /** The table. */
  static final List<Row> ROWS = List.of(
      // A refused setup whose handle may be at fault: a fresh one shows whether it is.
      close(1007, 1008, Words.WHATEVER, Where.SETUP_WITH_HANDLE, null, Action.FRESH),
      close(1007, CREDENTIALS, FailureKind.AUTH, Action.END),
      close(1007, TOKEN, FailureKind.AUTH, Action.END),
      close(1007, Words.WHATEVER, FailureKind.INVALID_REQUEST, Action.END),
      close(1008, UNKNOWN, FailureKind.NOT_FOUND, Action.END),
      close(1008, QUOTA, FailureKind.QUOTA, Action.END),
      close(1008, CREDENTIALS, FailureKind.AUTH, Action.END),
      close(1008, TOKEN, FailureKind.AUTH, Action.END),
      close(1008, 1008, Words.WHATEVER, Where.OPEN, FailureKind.POLICY, Action.RESUME_ONCE),
      close(1008, Words.WHATEVER, FailureKind.POLICY, Action.END),
      close(1011, QUOTA, FailureKind.QUOTA, Action.END),
      close(
          1011, 1011, Words.WHATEVER, Where.SETUP_WITH_HANDLE, null, Action.SAME_HANDLE_THEN_FRESH),
      close(1011, Words.WHATEVER, FailureKind.SERVER, Action.RESUME),
      close(1000, 1001, FailureKind.CONNECTION_LOST, Action.RESUME),
      close(1005, 1006, FailureKind.CONNECTION_LOST, Action.RESUME),
      close(1012, 1014, FailureKind.CONNECTION_LOST, Action.RESUME),
      close(Integer.MIN_VALUE, Integer.MAX_VALUE, FailureKind.PROTOCOL, Action.END),

      // Only an error message can come in answer to a setup.
      status(0, 999, UNKNOWN_SESSION, Where.SETUP_WITH_HANDLE, null, Action.FRESH),
      status(
          500,
          Integer.MAX_VALUE,
          Words.WHATEVER,
          Where.SETUP_WITH_HANDLE,
          null,
          Action.SAME_HANDLE_THEN_FRESH),
      status(401, 401, FailureKind.AUTH, Action.END),
      status(403, 403, FailureKind.AUTH, Action.END),
      status(404, 404, FailureKind.NOT_FOUND, Action.END),
      status(429, 429, FailureKind.QUOTA, Action.RESUME),
      status(400, 499, FailureKind.INVALID_REQUEST, Action.END),
      status(500, Integer.MAX_VALUE, FailureKind.SERVER, Action.RESUME),
      status(Integer.MIN_VALUE, Integer.MAX_VALUE, FailureKind.PROTOCOL, Action.END),
      own(FailureKind.UNREACHABLE, Action.RESUME),
      own(FailureKind.TIMEOUT, Action.RESUME),
      own(FailureKind.CONNECTION_LOST, Action.RESUME),
      own(FailureKind.SERVER, Action.RESUME),
      own(FailureKind.QUOTA, Action.RESUME),
      own(FailureKind.TLS, Action.END),
      own(FailureKind.PROTOCOL, Action.END),
      own(FailureKind.MESSAGE_TOO_LARGE, Action.END),
      own(FailureKind.CONFIG, Action.END),
      own(FailureKind.AUTH, Action.END),
      own(FailureKind.INVALID_REQUEST, Action.END),
      own(FailureKind.POLICY, Action.END),
      own(FailureKind.NOT_FOUND, Action.END),
      own(FailureKind.RECONNECT_EXHAUSTED, Action.END));

  private FailurePolicy() {}

  private static Row close(
      int from,
      int to,
      Words words,
      Where where,
      @Nullable FailureKind kind,
      @Nullable Action action) {
    return new Row(Signal.CLOSE, from, to, words, where, kind, action);
  }

  private static Row close(int code, Words words, FailureKind kind, Action action) {
    return close(code, code, words, Where.ANYWHERE, kind, action);
  }

  private static Row close(int from, int to, FailureKind kind, Action action) {
    return close(from, to, Words.WHATEVER, Where.ANYWHERE, kind, action);
  }

  private static Row status(
      int from,
      int to,
      Words words,
      Where where,
      @Nullable FailureKind kind,
      @Nullable Action action) {
    return new Row(Signal.STATUS, from, to, words, where, kind, action);
  }

  private static Row status(int from, int to, FailureKind kind, Action action) {
    return status(from, to, Words.WHATEVER, Where.ANYWHERE, kind, action);
  }

  private static Row own(FailureKind kind, Action action) {
    return new Row(
        Signal.OWN, kind.ordinal(), kind.ordinal(), Words.WHATEVER, Where.ANYWHERE, kind, action);
  }

  /**
   * A connection, or the attempt to have one, has failed.
   *
   * @param phase how far it had come
   * @param withHandle whether its setup carries, or would have carried, a resumption handle
   * @param signal what told of it
   * @param end how it ended; the session ends so if nothing can be done
   * @param httpStatus for {@link Signal#STATUS}, else 0
   * @param retryAfter the wait the service asked for; null when it did not
   */
  record Failure(
      Phase phase,
      boolean withHandle,
      Signal signal,
      CloseInfo end,
      int httpStatus,
      @Nullable Duration retryAfter) {

    /**
     * The connection has ended.
     *
     * @param reason credentials masked
     */
    static Failure ofClose(Phase phase, boolean withHandle, int code, String reason) {
      return new Failure(phase, withHandle, Signal.CLOSE, serverClose(code, reason), 0, null);
    }

    /**
     * The connection has ended, or was ended by the JDK.
     *
     * @param reason credentials masked
     * @param error what the JDK says; null after a close frame
     */
    static Failure ofEnd(
        Phase phase, boolean withHandle, int code, String reason, @Nullable Throwable error) {
      int depth = 0;
      for (Throwable t = error; t != null && depth < 10; t = t.getCause(), depth++) {
        if (t instanceof ProtocolException) {
          // The JDK's message may quote what the frame held.
          String what = "the service broke the WebSocket protocol";
          return ofOwn(
              phase,
              withHandle,
              new CloseInfo(CloseInfo.By.LIBRARY, 1002, what, FailureKind.PROTOCOL, false));
        }
      }
      return ofClose(phase, withHandle, code, reason);
    }

    /**
     * The service has sent an error message.
     *
     * @param end what it means, with its words, credentials masked
     */
    static Failure ofError(Phase phase, boolean withHandle, ServerError error, CloseInfo end) {
      return new Failure(phase, withHandle, Signal.STATUS, end, statusOf(error), null);
    }

    /** The dial has failed, before anything was sent. */
    static Failure ofDial(boolean withHandle, LiveException why) {
      if (why instanceof LiveHandshakeException refused) {
        return new Failure(
            Phase.HANDSHAKE,
            withHandle,
            Signal.STATUS,
            ended(CloseInfo.By.SERVER, refused),
            refused.httpStatus(),
            refused.retryAfter());
      }
      CloseInfo.By by =
          why instanceof LiveUnreachableException ? CloseInfo.By.NETWORK : CloseInfo.By.LIBRARY;
      return ofOwn(Phase.HANDSHAKE, withHandle, ended(by, why));
    }

    /** The setup was not answered. */
    static Failure ofSetupTimeout(boolean withHandle, Duration limit) {
      String reason = "no answer to the setup within " + limit.toMillis() + " ms";
      return ofOwn(Phase.SETUP, withHandle, gaveUp(FailureKind.TIMEOUT, reason));
    }

    /** Nothing at all has arrived for too long. */
    static Failure ofSilence(Phase phase, boolean withHandle, Duration silence) {
      String reason = "nothing arrived for " + silence.toMillis() + " ms, not even a pong";
      return ofOwn(phase, withHandle, gaveUp(FailureKind.CONNECTION_LOST, reason));
    }

    /** The socket does not take a message. */
    static Failure ofWriteStall(Phase phase, boolean withHandle, Duration waited) {
      String reason = "the connection did not take a message for " + waited.toMillis() + " ms";
      return ofOwn(phase, withHandle, gaveUp(FailureKind.CONNECTION_LOST, reason));
    }

    /** This side has ended the connection, for the reason the kind says. */
    static Failure ofOwn(Phase phase, boolean withHandle, CloseInfo end) {
      return new Failure(phase, withHandle, Signal.OWN, end, 0, null);
    }

    private static CloseInfo ended(CloseInfo.By by, LiveException why) {
      String said = Secrets.mask(why.getMessage());
      return new CloseInfo(by, 1006, said, why.kind(), why.retryable());
    }

    private static CloseInfo gaveUp(FailureKind kind, String reason) {
      return new CloseInfo(CloseInfo.By.LIBRARY, 1006, reason, kind, kind.retryable());
    }

    private int code() {
      FailureKind kind = end.kind();
      return switch (signal) {
        case CLOSE -> end.code();
        case STATUS -> httpStatus;
        case OWN -> kind == null ? -1 : kind.ordinal();
      };
    }
  }

  /** What is done about a failure. */
  static Action actionFor(Failure failure) {
    String text = failure.end().reason().toLowerCase(Locale.ROOT);
    for (Row row : ROWS) {
      if (row.action() != null
          && row.matches(
              failure.signal(), failure.code(), text, failure.phase(), failure.withHandle())) {
        return row.action();
      }
    }
    if (failure.end().kind() == null) {
      // The application's own end.
      return Action.END;
    }
    throw noRow(failure.signal(), failure.code());
  }

  private static FailureKind kindOf(Signal signal, int code, String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    for (Row row : ROWS) {
      // Where it happens changes what is done, not what it means.
      if (row.kind() != null && row.matches(signal, code, text, Phase.OPEN, false)) {
        return row.kind();
      }
    }
    throw noRow(signal, code);
  }

  private static IllegalStateException noRow(Signal signal, int code) {
    return new IllegalStateException("the table has no row for " + signal + " " + code);
  }

  /** What a close frame means; 1006 is a connection that broke without one. */
  public static FailureKind ofClose(int code, String reason) {
    return kindOf(Signal.CLOSE, code, reason);
  }

  /** What an error message means: by its HTTP or gRPC code, else by its status word. */
  static FailureKind ofError(ServerError error) {
    return ofStatus(statusOf(error));
  }

  /** What an HTTP status other than 101 means. */
  public static FailureKind ofStatus(int status) {
    return kindOf(Signal.STATUS, status, "");
  }

  /** An error message's HTTP status: its code, or what its gRPC code or status word stands for. */
  private static int statusOf(ServerError error) {
    int code = error.code() == null ? 0 : error.code();
    if (code >= 100) {
      return code;
    }
    String word = error.status() == null ? "" : error.status().toUpperCase(Locale.ROOT);
    if (code == 7 || code == 16) {
      return 403;
    }
    if (word.contains("UNAUTHENTICATED") || word.contains("PERMISSION_DENIED")) {
      return 403;
    }
    if (code == 8 || word.equals("RESOURCE_EXHAUSTED")) {
      return 429;
    }
    if (code == 5 || word.equals("NOT_FOUND")) {
      return 404;
    }
    if (code == 3 || code == 9) {
      return 400;
    }
    return word.contains("INVALID_ARGUMENT") || word.contains("FAILED_PRECONDITION") ? 400 : 500;
  }

  /** How a connection ended that the application did not close. */
  static CloseInfo serverClose(int code, String reason) {
    FailureKind kind = ofClose(code, reason);
    CloseInfo.By by = code == 1006 ? CloseInfo.By.NETWORK : CloseInfo.By.SERVER;
    return new CloseInfo(by, code, reason, kind, kind.retryable());
  }

  /** What to check after a refusal whose reason says more than its kind. */
  static String advice(@Nullable FailureKind kind, String reason) {
    String text = reason.toLowerCase(Locale.ROOT);
    if (text.contains("session not found")) {
      return "The resumption handle is unknown or has expired: connect without it.";
    }
    if (text.contains("user location")) {
      return "The service is not offered in the region this connection comes from.";
    }
    return advice(kind);
  }

  /** What to check, for messages; empty when there is nothing to say. */
  public static String advice(@Nullable FailureKind kind) {
    if (kind == null) {
      return "";
    }
    return switch (kind) {
      case AUTH ->
        "Check the key or token: is it complete, valid for this backend, and is the API enabled"
            + " for its project?";
      case INVALID_REQUEST ->
        "The service does not accept this setup for this model: compare with LiveConfig.check().";
      case POLICY -> "The service does not allow this for this project, region or content.";
      case NOT_FOUND ->
        "Check the model id, the API version and the region; not every model is offered"
            + " everywhere.";
      case QUOTA -> "A quota is used up; wait, or ask for a larger one.";
      case SERVER -> "The service has a problem; try again after a moment.";
      case CONNECTION_LOST -> "The connection was lost; try again.";
      case UNREACHABLE -> "Check the address, the network and the proxy.";
      case TIMEOUT -> "Check the network and the proxy, or allow more time.";
      case TLS -> "Check the certificate, the host name and the trust store.";
      case PROTOCOL -> "Is this the address of a Live API endpoint?";
      case MESSAGE_TOO_LARGE ->
        "Send smaller messages, or raise LiveConfig's incomingMessageLimit.";
      case RECONNECT_EXHAUSTED -> "Check the network, or allow more in RecoveryPolicy.";
      case CONFIG -> "";
    };
  }
}
