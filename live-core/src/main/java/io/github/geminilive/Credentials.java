package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What proves to the service who calls. Asked anew on every dial, so that rotated keys and expiring
 * tokens just work; sent in a header, never in the URL; in no {@code toString}.
 */
public final class Credentials {

  /** Variables that may hold an API key, the first one first. */
  static final List<String> KEY_VARIABLES = List.of("GOOGLE_API_KEY", "GEMINI_API_KEY");

  /** How the name of every ephemeral token begins. */
  static final String TOKEN_PREFIX = "auth_tokens/";

  private static final String NO_TOKEN = "an ephemeral token begins with \"" + TOKEN_PREFIX
      + "\"; pass the whole \"name\" of the answer";

  /** How a credential is presented. */
  enum Scheme {
    API_KEY("API key"),
    EPHEMERAL_TOKEN("ephemeral token"),
    ACCESS_TOKEN("access token");

    private final String words;

    Scheme(String words) {
      this.words = words;
    }
  }

  /**
   * The header to send.
   *
   * @param name the header's name
   * @param value the header's value, secret included
   * @param ephemeral whether the credential is an ephemeral token
   * @param secret the bare secret, for masking it in what the service says
   */
  record Header(String name, String value, boolean ephemeral, String secret) {
    @Override
    public String toString() {
      return name + ": ***";
    }
  }

  private final Scheme scheme;
  private final Supplier<String> source;
  private final @Nullable String userProject;

  private Credentials(Scheme scheme, Supplier<String> source, @Nullable String userProject) {
    this.scheme = scheme;
    this.source = source;
    this.userProject = userProject;
  }

  /**
   * An API key (Developer API, Vertex AI express mode) or an ephemeral token; a value that begins
   * with {@code auth_tokens/} is taken as a token.
   *
   * @param key the key or token; not blank, printable ASCII
   */
  public static Credentials apiKey(String key) {
    checkSecret("API key", key);
    return new Credentials(Scheme.API_KEY, () -> key, null);
  }

  /**
   * An API key or ephemeral token that may change: asked on every dial, on the dialling thread.
   *
   * @param source gives the key or token of the moment; what it throws ends the dial
   */
  public static Credentials apiKey(Supplier<String> source) {
    return new Credentials(Scheme.API_KEY, requireNonNull(source, "source"), null);
  }

  /**
   * A short-lived token made for a client that must not see the key.
   *
   * @param token the whole name, {@code auth_tokens/…}
   */
  public static Credentials ephemeralToken(String token) {
    checkSecret("ephemeral token", token);
    if (!token.startsWith(TOKEN_PREFIX)) {
      throw new IllegalArgumentException(NO_TOKEN);
    }
    return new Credentials(Scheme.EPHEMERAL_TOKEN, () -> token, null);
  }

  /**
   * Short-lived tokens, asked for whenever a connection is opened: for a program that gets them
   * from a server which has the key and makes them with {@link EphemeralTokens}.
   *
   * <p>Going on with a conversation on a new connection is no use of a token, so the same one may
   * do as long as it lives; beginning afresh, because the service no longer knows the conversation,
   * is one. A conversation ends, as {@link FailureKind#AUTH}, when the token of its connection
   * expires: have them live as long as a conversation may last.
   *
   * @param source gives the whole name of a token, {@code auth_tokens/…}; asked on every dial, on
   *     the dialling thread, and may block; what it throws ends the dial, and a {@link
   *     LiveException} of a retryable kind is tried again where a conversation is to be resumed
   */
  public static Credentials ephemeralToken(Supplier<String> source) {
    return new Credentials(Scheme.EPHEMERAL_TOKEN, requireNonNull(source, "source"), null);
  }

  /**
   * OAuth access tokens for Vertex AI, scope {@code
   * https://www.googleapis.com/auth/cloud-platform}.
   *
   * @param source gives a valid token; asked on every dial, on the dialling thread, because tokens
   *     live about an hour
   */
  public static Credentials accessToken(Supplier<String> source) {
    return new Credentials(Scheme.ACCESS_TOKEN, requireNonNull(source, "source"), null);
  }

  /**
   * The key in {@code GOOGLE_API_KEY}, else in {@code GEMINI_API_KEY}; read on every dial. The
   * default of {@link LiveConfig}.
   */
  public static Credentials fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /** As {@link #fromEnvironment()}, from the given variables. */
  static Credentials fromEnvironment(Map<String, String> environment) {
    return new Credentials(
        Scheme.API_KEY,
        () -> {
          for (String variable : KEY_VARIABLES) {
            String value = environment.get(variable);
            if (value != null && !value.isBlank()) {
              return value.strip();
            }
          }
          throw new LiveConfigException(
              "No API key. Set the variable GOOGLE_API_KEY (or GEMINI_API_KEY), or pass one with"
                  + " LiveConfig.builder(model).apiKey(key).",
              List.of());
        },
        null);
  }

  /**
   * The same credentials, billed to another project ({@code x-goog-user-project}).
   *
   * @param project the quota project
   */
  public Credentials quotaProject(String project) {
    checkSecret("quota project", project);
    return new Credentials(scheme, source, project);
  }

  /** The quota project; null when none was set. */
  @Nullable
  String quotaProject() {
    return userProject;
  }

  /** Whether these are OAuth access tokens. */
  boolean isAccessToken() {
    return scheme == Scheme.ACCESS_TOKEN;
  }

  /**
   * Asks the source.
   *
   * @throws LiveConfigException when there is no usable credential
   */
  Header header() {
    String secret = source.get();
    try {
      checkSecret(scheme.words, secret);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new LiveConfigException(String.valueOf(e.getMessage()), List.of());
    }
    if (scheme == Scheme.EPHEMERAL_TOKEN && !secret.startsWith(TOKEN_PREFIX)) {
      throw new LiveConfigException(NO_TOKEN, List.of());
    }
    if (scheme == Scheme.ACCESS_TOKEN) {
      return new Header("Authorization", "Bearer " + secret, false, secret);
    }
    return secret.startsWith(TOKEN_PREFIX)
        ? new Header("Authorization", "Token " + secret, true, secret)
        : new Header("x-goog-api-key", secret, false, secret);
  }

  private static void checkSecret(String what, @Nullable String value) {
    requireNonNull(value, what + " is null");
    if (value.isBlank()) {
      throw new IllegalArgumentException(what + " is blank");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~') {
        // Position and code only: the value is a secret.
        throw new IllegalArgumentException(what
            + " holds a character that no header may carry, at index " + i + ": code " + (int) c);
      }
    }
  }

  @Override
  public String toString() {
    return "Credentials[" + scheme + " ***]";
  }
}
