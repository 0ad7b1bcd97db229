package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an ephemeral token is to allow: how often, until when, and with which setup. Immutable.
 *
 * <p>What is locked is made from the {@link LiveConfig} that one would connect with: model,
 * instructions, tools, voice and all else of its {@link LiveConfig#setup()}. Not in it are a
 * resumption handle, which belongs to one conversation, and a {@link LiveConfig#history()}, which
 * is told after the setup; a client that has one to tell needs {@link Builder#lockOnlySetFields()}
 * where the model wants the setup to announce it.
 *
 * <pre>{@code
 * TokenRequest.oneUse(Duration.ofSeconds(60), config)              // begins and ends in a minute
 * TokenRequest.builder().lock(config).build()                      // begins in a minute, lasts 30
 * TokenRequest.builder().lock(config).lockOnlySetFields().build()  // the client sets the rest
 * }</pre>
 *
 * <p>Source: the service's {@code auth_tokens} method (§6).
 */
public final class TokenRequest {

  /** Times are to be less than this ahead. */
  private static final Duration LIMIT = Duration.ofHours(20);

  private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(30);
  private static final Duration DEFAULT_START = Duration.ofSeconds(60);

  private final int uses;
  // What was not asked for is left to the service, whose clock is right.
  private final @Nullable Duration lifetime;
  private final @Nullable Duration startWithin;
  private final @Nullable LiveConfig locked;
  private final boolean onlySetFields;
  private final List<String> alsoLocked;

  private TokenRequest(Builder builder) {
    this.uses = builder.uses;
    this.lifetime = builder.lifetime;
    this.startWithin = builder.startWithin;
    this.locked = builder.locked;
    this.onlySetFields = builder.onlySetFields;
    this.alsoLocked = List.copyOf(builder.alsoLocked);
  }

  /**
   * For one conversation that is over when the time is; the client decides nothing about it.
   *
   * @param ttl how long the token works, from now; the conversation ends with it. Where it shall go
   *     on for longer than the client may take to begin it, use {@link #builder()}
   * @param locked the conversation's configuration
   */
  public static TokenRequest oneUse(Duration ttl, LiveConfig locked) {
    return builder().uses(1).lifetime(ttl).startWithin(ttl).lock(locked).build();
  }

  /** Begins a request: one use, to be begun within a minute, over after half an hour, no lock. */
  public static Builder builder() {
    return new Builder();
  }

  /** Begins a changed copy. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.uses = uses;
    copy.lifetime = lifetime;
    copy.startWithin = startWithin;
    copy.locked = locked;
    copy.onlySetFields = onlySetFields;
    copy.alsoLocked.addAll(alsoLocked);
    return copy;
  }

  /** How many conversations can be begun; 0: any number. */
  public int uses() {
    return uses;
  }

  /** For how long it works. */
  public Duration lifetime() {
    return lifetime == null ? DEFAULT_LIFETIME : lifetime;
  }

  /** Within which time conversations can be begun. */
  public Duration startWithin() {
    if (startWithin != null) {
      return startWithin;
    }
    return lifetime().compareTo(DEFAULT_START) < 0 ? lifetime() : DEFAULT_START;
  }

  /** What is locked; null when the client decides the setup. */
  public @Nullable LiveConfig locked() {
    return locked;
  }

  /** Whether the client decides what {@link #locked()} leaves open. */
  public boolean locksOnlySetFields() {
    return onlySetFields;
  }

  /** What else is locked, as it was given. */
  public List<String> alsoLocked() {
    return alsoLocked;
  }

  /** The setup as it is locked; null when there is none. */
  @Nullable
  Setup setup() {
    if (locked == null) {
      return null;
    }
    Setup setup = locked.setup();
    SessionResumptionConfig resumption = setup.sessionResumption();
    HistoryConfig history = setup.historyConfig();
    Setup.Builder changed = setup.toBuilder();
    if (resumption != null) {
      changed.sessionResumption(resumption.toBuilder().handle(null).build());
    }
    if (history != null) {
      // A client that has no history to tell would have its first words taken for one.
      changed.historyConfig(
          history.extra().isEmpty()
              ? null
              : history.toBuilder().initialHistoryInClientContent(null).build());
    }
    return changed.build();
  }

  /**
   * The body of the request.
   *
   * @param now from when times count
   */
  String body(Instant now) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("uses", uses);
    if (lifetime != null) {
      body.put("expireTime", time(now, lifetime));
    }
    if (startWithin != null) {
      body.put("newSessionExpireTime", time(now, startWithin));
    }
    Setup setup = setup();
    Json json = setup == null ? null : Json.parse(ClientMessageEncoder.encodeRecord(setup));
    if (json != null) {
      body.put("bidiGenerateContentSetup", json);
    }
    // Without a mask, all of the setup is locked, whether it is set there or not.
    if (onlySetFields || !alsoLocked.isEmpty()) {
      body.put("fieldMask", TokenMask.of(json, alsoLocked));
    }
    return Json.of(body).text();
  }

  private static String time(Instant now, Duration ahead) {
    return now.plus(ahead).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  @Override
  public String toString() {
    return "TokenRequest[uses="
        + (uses == 0 ? "any" : String.valueOf(uses))
        + ", lifetime="
        + lifetime()
        + ", startWithin="
        + startWithin()
        + ", locked="
        + (locked == null ? "nothing" : locked.model() + (onlySetFields ? ", set fields" : ""))
        + (alsoLocked.isEmpty() ? "" : " and " + alsoLocked)
        + "]";
  }

  /** Collects what a token is to allow. Not for use by several threads. */
  public static final class Builder {

    private int uses = 1;
    private @Nullable Duration lifetime;
    private @Nullable Duration startWithin;
    private @Nullable LiveConfig locked;
    private boolean onlySetFields;
    private final List<String> alsoLocked = new ArrayList<>();

    private Builder() {}

    /**
     * How many conversations can be begun with it. To go on with one on a new connection is no use.
     *
     * @param uses 0: any number; default: 1
     */
    public Builder uses(int uses) {
      if (uses < 0) {
        throw new IllegalArgumentException("uses must be 0 (any number) or more: " + uses);
      }
      this.uses = uses;
      return this;
    }

    /**
     * For how long it works, from the request on. The service ends conversations that are still
     * under way then.
     *
     * @param lifetime at least a second, less than 20 hours; default: 30 minutes
     */
    public Builder lifetime(Duration lifetime) {
      this.lifetime = checked("lifetime", lifetime);
      return this;
    }

    /**
     * Within which time conversations can be begun, from the request on. One that was begun may go
     * on until the {@link #lifetime(Duration) lifetime} ends.
     *
     * @param startWithin at least a second, less than 20 hours, at most the lifetime; default: 60
     *     seconds
     */
    public Builder startWithin(Duration startWithin) {
      this.startWithin = checked("startWithin", startWithin);
      return this;
    }

    private static Duration checked(String name, Duration value) {
      requireNonNull(value, name);
      if (value.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException(name + " must be at least a second: " + value);
      }
      if (value.compareTo(LIMIT) >= 0) {
        throw new IllegalArgumentException(name
            + " must be less than 20 hours, which is the service's limit: "
            + value
            + ". Make a new token for later conversations.");
      }
      return value;
    }

    /**
     * Locks the setup: whatever a client sends in its own, this one holds, also where it leaves
     * something out (tools, instructions and transcription of the client's vanish silently). Its
     * resumption handle counts, as far as is known: to go on is no use.
     *
     * @param config what one would connect with; endpoint, credentials, limits and listeners are
     *     not part of it
     */
    public Builder lock(LiveConfig config) {
      this.locked = requireNonNull(config, "config");
      return this;
    }

    /**
     * Leaves to the client what the locked configuration does not set. Set are also its defaults:
     * modality, transcription, resumption and compression.
     *
     * <p>Of objects such as {@code generationConfig} the members are locked one by one, and whole
     * what is in those: a voice locks all of {@code generationConfig.speechConfig}.
     */
    public Builder lockOnlySetFields() {
      this.onlySetFields = true;
      return this;
    }

    /**
     * Locks further fields: to what the locked configuration says, else to the service's default.
     *
     * @param fields names of the wire: members of {@code setup} or {@code generationConfig}, such
     *     as {@code tools} or {@code temperature}, or paths such as {@code
     *     realtimeInputConfig.turnCoverage}
     * @throws IllegalArgumentException for a name the setup does not have: it would lock nothing
     */
    public Builder alsoLock(String... fields) {
      for (String field : fields) {
        TokenMask.check(field);
        alsoLocked.add(field);
      }
      return this;
    }

    /**
     * The request.
     *
     * @throws IllegalStateException when the parts contradict each other
     */
    public TokenRequest build() {
      TokenRequest request = new TokenRequest(this);
      if (request.startWithin().compareTo(request.lifetime()) > 0) {
        throw new IllegalStateException("startWithin "
            + request.startWithin()
            + " is longer than the token lives: "
            + request.lifetime()
            + ". Raise lifetime, or lower startWithin.");
      }
      if (onlySetFields && locked == null) {
        throw new IllegalStateException(
            "lockOnlySetFields locks what a configuration sets: give one with lock(config)");
      }
      if (locked != null && !onlySetFields && !alsoLocked.isEmpty()) {
        // The service would read this as less than the whole.
        throw new IllegalStateException("alsoLock adds nothing to lock(config), which locks the"
            + " whole setup already. To leave the rest to the client, call lockOnlySetFields().");
      }
      return request;
    }
  }
}
