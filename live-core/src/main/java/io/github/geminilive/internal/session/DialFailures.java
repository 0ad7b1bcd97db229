package io.github.geminilive.internal.session;

import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.LiveTimeoutException;
import io.github.geminilive.LiveUnreachableException;
import java.net.ConnectException;
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
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the JDK throws at a dial into this library's own words. The JDK's exceptions are not
 * passed on: they quote addresses and header values.
 */
public final class DialFailures {

  private DialFailures() {}

  /**
   * The exception to show.
   *
   * @param thrown by the WebSocket builder
   * @param uri what was dialled
   * @param secret the credential, for masking it
   */
  public static LiveException explain(
      Throwable thrown, LiveConfig config, URI uri, String secret) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof LiveException live) {
      return live;
    }
    if (cause instanceof WebSocketHandshakeException refused) {
      return handshake(refused.getResponse(), uri.getHost(), secret);
    }
    String host = uri.getHost();
    if (find(cause, HttpTimeoutException.class) != null) {
      Duration limit = config.connectTimeout();
      return new LiveTimeoutException(
          "the WebSocket handshake",
          limit,
          host
              + " did not complete the WebSocket handshake within "
              + limit.toMillis()
              + " ms. "
              + FailurePolicy.advice(FailureKind.TIMEOUT));
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
      int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("wss") ? 443 : 80;
      return unreachable(
          FailureKind.UNREACHABLE,
          host,
          "Nobody takes connections at " + host + ", port " + port);
    }
    return unreachable(
        FailureKind.CONNECTION_LOST,
        host,
        "The connection to "
            + host
            + " broke during the WebSocket handshake ("
            + cause.getClass().getSimpleName()
            + ")");
  }

  private static LiveUnreachableException unreachable(
      FailureKind kind, String host, String what) {
    return new LiveUnreachableException(
        kind, host, what + ". " + FailurePolicy.advice(kind), null);
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

  private static LiveHandshakeException handshake(
      HttpResponse<?> response, String host, String secret) {
    int status = response.statusCode();
    FailureKind kind = FailurePolicy.ofStatus(status);
    String body = response.body() instanceof String text ? Secrets.mask(text, secret) : "";
    Duration retryAfter = retryAfter(response.headers().firstValue("Retry-After"));
    String said = body.isBlank() ? "" : " and said \"" + body.strip() + "\"";
    String wait = retryAfter == null ? "" : ", asking to wait " + retryAfter.toSeconds() + " s";
    return new LiveHandshakeException(
        kind,
        status,
        body,
        retryAfter,
        host
            + " answered the WebSocket handshake with HTTP "
            + status
            + said
            + wait
            + ". "
            + FailurePolicy.advice(kind));
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
