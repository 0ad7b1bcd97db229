package io.github.geminilive.internal.session;

import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.LiveTimeoutException;
import io.github.geminilive.LiveUnreachableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the JDK throws at a dial, or at a request for a token, into this library's own words. The JDK's exceptions are not
 * passed on: they quote addresses and header values.
 */
public final class DialFailures {

  // The JDK's words for a challenge it cannot answer: its exception has no status.
  private static final Pattern CHALLENGE =
      Pattern.compile(".*Authenticate header missing for response code (\\d{3})");

  /** What was tried. */
  public enum Attempt {
    /** The opening of a connection. */
    HANDSHAKE("the WebSocket handshake"),
    /** The making of an ephemeral token. */
    TOKEN("the request for an ephemeral token");

    private final String words;

    Attempt(String words) {
      this.words = words;
    }
  }

  private DialFailures() {}

  /**
   * It took too long.
   *
   * @param limit how long it may take
   * @param uri what was dialled
   */
  public static LiveTimeoutException timeout(Attempt attempt, Duration limit, URI uri) {
    return new LiveTimeoutException(
        attempt.words,
        limit,
        uri.getHost()
            + " did not complete "
            + attempt.words
            + " within "
            + limit.toMillis()
            + " ms. "
            + FailurePolicy.advice(FailureKind.TIMEOUT));
  }

  /**
   * The exception to show.
   *
   * @param thrown by the JDK
   * @param limit how long it may take
   * @param uri what was dialled
   * @param secret the credential, for masking it
   */
  public static LiveException explain(
      Attempt attempt, Throwable thrown, Duration limit, URI uri, String secret) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof LiveException live) {
      return live;
    }
    if (cause instanceof WebSocketHandshakeException refused) {
      HttpResponse<?> response = refused.getResponse();
      String body = response.body() instanceof String text ? text : "";
      return refused(
          attempt,
          response.statusCode(),
          body,
          response.headers().firstValue("Retry-After"),
          uri,
          secret);
    }
    String host = uri.getHost();
    if (find(cause, HttpTimeoutException.class) != null) {
      return timeout(attempt, limit, uri);
    }
    Matcher challenge = CHALLENGE.matcher(String.valueOf(cause.getMessage()));
    if (cause instanceof IOException && challenge.matches()) {
      int status = Integer.parseInt(challenge.group(1));
      return refused(attempt, status, "", Optional.empty(), uri, secret);
    }
    if (find(cause, ProtocolException.class) != null) {
      return unreachable(
          FailureKind.PROTOCOL, host, host + " did not answer " + attempt.words + " in HTTP");
    }
    SSLException tls = find(cause, SSLException.class);
    if (tls != null) {
      return unreachable(
          FailureKind.TLS,
          host,
          "The TLS handshake with " + host + " failed: " + Secrets.mask(tls.getMessage(), secret));
    }
    if (find(cause, UnknownHostException.class) != null
        || find(cause, UnresolvedAddressException.class) != null) {
      return unreachable(
          FailureKind.UNREACHABLE, host, "The host name " + host + " does not resolve");
    }
    if (find(cause, ConnectException.class) != null) {
      boolean safe = uri.getScheme().endsWith("s");
      int port = uri.getPort() >= 0 ? uri.getPort() : safe ? 443 : 80;
      return unreachable(
          FailureKind.UNREACHABLE, host, "Nobody takes connections at " + host + ", port " + port);
    }
    return unreachable(
        FailureKind.CONNECTION_LOST,
        host,
        "The connection to "
            + host
            + " broke during "
            + attempt.words
            + " ("
            + cause.getClass().getSimpleName()
            + ")");
  }

  private static LiveUnreachableException unreachable(FailureKind kind, String host, String what) {
    return new LiveUnreachableException(kind, host, what + ". " + FailurePolicy.advice(kind), null);
  }

  private static <T extends Throwable> @Nullable T find(Throwable thrown, Class<T> type) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth < 20; t = t.getCause(), depth++) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
    }
    return null;
  }

  /**
   * What an answer other than the one asked for means.
   *
   * @param body what came with it
   * @param retryAfter its header {@code Retry-After}
   * @param uri what was dialled
   * @param secret the credential, for masking it
   */
  public static LiveHandshakeException refused(
      Attempt attempt,
      int status,
      String body,
      Optional<String> retryAfter,
      URI uri,
      String secret) {
    FailureKind kind = FailurePolicy.ofStatus(status);
    String masked = Secrets.mask(body, secret);
    Duration wait = retryAfter(retryAfter);
    return new LiveHandshakeException(
        kind,
        status,
        masked,
        wait,
        uri.getHost()
            + " answered "
            + attempt.words
            + " with HTTP "
            + status
            + (status == 101 ? ", but not as WebSocket demands" : "")
            + (masked.isBlank() ? "" : " and said \"" + masked.strip() + "\"")
            + (wait == null ? "" : ", asking to wait " + wait.toSeconds() + " s")
            + ". "
            + advice(attempt, status, kind));
  }

  /** No setup was sent yet: what the policy says about refused ones does not fit here. */
  private static String advice(Attempt attempt, int status, FailureKind kind) {
    if (status == 407) {
      return "The proxy wants credentials: give the HttpClient an authenticator.";
    }
    if (attempt == Attempt.TOKEN) {
      if (kind == FailureKind.INVALID_REQUEST) {
        return "Check the key, the locked setup, and the clock of this machine.";
      }
      if (kind == FailureKind.NOT_FOUND) {
        return "Check the address and the API version: does what listens there make tokens?";
      }
    }
    return kind == FailureKind.INVALID_REQUEST
        ? "Check the address, the API version and the key."
        : FailurePolicy.advice(kind);
  }

  /** {@code Retry-After} is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). */
  private static @Nullable Duration retryAfter(Optional<String> header) {
    if (header.isEmpty()) {
      return null;
    }
    String value = header.get().strip();
    try {
      return Duration.ofSeconds(Math.max(0, Long.parseLong(value)));
    } catch (NumberFormatException notSeconds) {
      try {
        Instant when =
            ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        Duration wait = Duration.between(Instant.now(), when);
        return wait.isNegative() ? Duration.ZERO : wait;
      } catch (DateTimeException unreadable) {
        return null;
      }
    }
  }
}
