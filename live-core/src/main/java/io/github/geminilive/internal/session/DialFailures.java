package io.github.geminilive.internal.session;

import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveConfig;
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
 * Puts what the JDK throws at a dial into this library's own words. The JDK's exceptions are not
 * passed on: they quote addresses and header values.
 */
public final class DialFailures {

  // The JDK's words for a challenge it cannot answer: its exception has no status.
  private static final Pattern CHALLENGE =
      Pattern.compile(".*Authenticate header missing for response code (\\d{3})");

  private DialFailures() {}

  /** The handshake took longer than {@link LiveConfig#connectTimeout()}. */
  public static LiveTimeoutException timeout(LiveConfig config, URI uri) {
    Duration limit = config.connectTimeout();
    return new LiveTimeoutException(
        "the WebSocket handshake",
        limit,
        uri.getHost()
            + " did not complete the WebSocket handshake within "
            + limit.toMillis()
            + " ms. "
            + FailurePolicy.advice(FailureKind.TIMEOUT));
  }

  /**
   * The exception to show.
   *
   * @param thrown by the WebSocket builder
   * @param uri what was dialled
   * @param secret the credential, for masking it
   */
  public static LiveException explain(Throwable thrown, LiveConfig config, URI uri, String secret) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof LiveException live) {
      return live;
    }
    if (cause instanceof WebSocketHandshakeException refused) {
      HttpResponse<?> response = refused.getResponse();
      return handshake(
          response.statusCode(),
          response.body() instanceof String text ? Secrets.mask(text, secret) : "",
          retryAfter(response.headers().firstValue("Retry-After")),
          uri.getHost());
    }
    String host = uri.getHost();
    if (find(cause, HttpTimeoutException.class) != null) {
      return timeout(config, uri);
    }
    Matcher challenge = CHALLENGE.matcher(String.valueOf(cause.getMessage()));
    if (cause instanceof IOException && challenge.matches()) {
      return handshake(Integer.parseInt(challenge.group(1)), "", null, host);
    }
    if (find(cause, ProtocolException.class) != null) {
      return unreachable(
          FailureKind.PROTOCOL, host, host + " did not answer the WebSocket handshake in HTTP");
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
          FailureKind.UNREACHABLE, host, "Nobody takes connections at " + host + ", port " + port);
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

  private static LiveHandshakeException handshake(
      int status, String body, @Nullable Duration retryAfter, String host) {
    FailureKind kind = FailurePolicy.ofStatus(status);
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
            + (status == 101 ? ", but not as WebSocket demands" : "")
            + said
            + wait
            + ". "
            + advice(status, kind));
  }

  /** No setup was sent yet: what the policy says about refused ones does not fit here. */
  private static String advice(int status, FailureKind kind) {
    if (status == 407) {
      return "The proxy wants credentials: give the HttpClient an authenticator.";
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
