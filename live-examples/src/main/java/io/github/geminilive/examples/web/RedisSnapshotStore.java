package io.github.geminilive.examples.web;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.SnapshotStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Keeps snapshots in Redis (6.2 or later), where all processes of a fleet find them. A snapshot is
 * one value with an expiry of its own, so that Redis removes what nobody came for; one that was taken
 * leaves an empty value until then. Thread-safe; methods wait for Redis, no longer than a few seconds.
 *
 * <p>What lies in Redis holds handles and conversations: let nobody else reach it, ask for a
 * password, and encrypt the way to it with {@code rediss}. docs/scaling.md says more.
 */
public final class RedisSnapshotStore implements SnapshotStore, AutoCloseable {

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,200}");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_:.-]{0,100}");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int DEFAULT_PORT = 6379;

  /** What stands in the place of a snapshot that was taken, until its life is over. */
  private static final byte[] TAKEN = {};

  private static final SetParams LEAVE_MARK = SetParams.setParams().xx().keepTtl();
  private static final Long ONE = 1L;
  private static final byte[] REPLACE = bytes("""
      if redis.call('GET', KEYS[1]) == '' then
        return 0
      end
      redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
      return 1
      """);

  private final JedisPooled redis;
  private final String address;
  private final String prefix;

  private RedisSnapshotStore(Builder builder) {
    URI uri = builder.uri;
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    address = uri.getHost() + ":" + port;
    prefix = builder.prefix;
    int millis = Math.toIntExact(builder.timeout.toMillis());
    GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
    pool.setMaxTotal(builder.connections);
    pool.setMaxIdle(builder.connections);
    pool.setMaxWait(builder.timeout);
    pool.setJmxEnabled(false);
    redis = new JedisPooled(
        new HostAndPort(uri.getHost(), port),
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(millis)
            .socketTimeoutMillis(millis)
            .user(JedisURIHelper.getUser(uri))
            .password(JedisURIHelper.getPassword(uri))
            .database(JedisURIHelper.getDBIndex(uri))
            .ssl(JedisURIHelper.isRedisSSLScheme(uri))
            .build(),
        pool);
  }

  /**
   * A store with all defaults. Redis need not be there yet.
   *
   * @param uri as for {@link #builder}
   */
  public static RedisSnapshotStore of(URI uri) {
    return builder(uri).build();
  }

  /**
   * Begins with an address.
   *
   * @param uri {@code redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]}, or {@code rediss} for TLS
   * @throws IllegalArgumentException when it is something else, or leads to another machine without
   *     TLS; the message keeps the password back
   */
  public static Builder builder(URI uri) {
    return new Builder(uri);
  }

  @Override
  public void put(String key, byte[] snapshot, Duration life) throws IOException {
    byte[] name = name(key);
    long millis = millis(snapshot, life);
    ask("keep", () -> redis.set(name, snapshot, SetParams.setParams().px(millis)));
  }

  @Override
  public boolean replace(String key, byte[] snapshot, Duration life) throws IOException {
    byte[] name = name(key);
    byte[] millis = bytes(Long.toString(millis(snapshot, life)));
    return ask(
        "keep", () -> ONE.equals(redis.eval(REPLACE, List.of(name), List.of(snapshot, millis))));
  }

  @Override
  public Optional<byte[]> take(String key) throws IOException {
    byte[] name = name(key);
    return ask("give out", () -> Optional.ofNullable(redis.setGet(name, TAKEN, LEAVE_MARK)))
        .filter(snapshot -> snapshot.length > 0);
  }

  @Override
  public void remove(String key) throws IOException {
    byte[] name = name(key);
    ask("remove", () -> redis.del(name));
  }

  /** Gives the connections back. What is kept stays. Idempotent. */
  @Override
  public void close() {
    redis.close();
  }

  /** Where it is; without user and password. */
  @Override
  public String toString() {
    return "RedisSnapshotStore[" + address + ", prefix=" + prefix + "]";
  }

  private static long millis(byte[] snapshot, Duration life) {
    if (requireNonNull(snapshot, "snapshot").length == 0) {
      throw new IllegalArgumentException("snapshot must not be empty");
    }
    long millis = requireNonNull(life, "life").toMillis();
    if (millis < 1) {
      throw new IllegalArgumentException("life must be at least 1 ms: " + life);
    }
    return millis;
  }

  private byte[] name(String key) {
    if (!KEY.matcher(requireNonNull(key, "key")).matches()) {
      throw new IllegalArgumentException("key must be 1 to 200 letters, digits, - and _; it has "
          + key.length()
          + " characters, or others among them");
    }
    return bytes(prefix + key);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private <T> T ask(String what, Supplier<T> command) throws IOException {
    try {
      return command.get();
    } catch (JedisConnectionException stale) {
      // A Redis that was started anew leaves connections in the pool that are dead. Each command
      // may
      // be given twice: at worst a snapshot is taken by the one whose answer was lost.
      redis.getPool().clear();
    } catch (JedisException e) {
      throw failed(what, e);
    }
    try {
      return command.get();
    } catch (JedisException e) {
      throw failed(what, e);
    }
  }

  private IOException failed(String what, JedisException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String why = root.getMessage() == null ? root.toString() : root.getMessage();
    // Redis quotes the arguments of a command it does not know, and one of them is the snapshot.
    int quoted = why.indexOf(", with args");
    return new IOException("Redis at "
        + address
        + " did not "
        + what
        + " a snapshot: "
        + (quoted < 0
            ? why + "; is it running, and may this process use it?"
            : why.substring(0, quoted) + "; Redis 6.2 or later is needed"));
  }

  /** Collects settings. Not for use by several threads. */
  public static final class Builder {

    private final URI uri;
    private String prefix = "live:snapshot:";
    private Duration timeout = Duration.ofSeconds(2);
    private int connections = 8;

    private Builder(URI uri) {
      if (!JedisURIHelper.isRedisScheme(requireNonNull(uri, "uri"))
          && !JedisURIHelper.isRedisSSLScheme(uri)) {
        throw new IllegalArgumentException(
            "the address of Redis must begin with redis:// or rediss://, not with "
                + uri.getScheme());
      }
      String host = uri.getHost();
      if (host == null) {
        throw new IllegalArgumentException(
            "the address of Redis must name a host, as in" + " redis://127.0.0.1:6379");
      }
      if (!JedisURIHelper.isRedisSSLScheme(uri) && !LOOPBACK.contains(host)) {
        throw new IllegalArgumentException(
            "snapshots hold secrets and do not travel to " + host + " in the clear; use rediss://");
      }
      this.uri = uri;
    }

    /**
     * What the names of all keys begin with, so that others can use the same Redis.
     *
     * @param prefix up to 100 letters, digits and {@code _ : . -}; default: {@code live:snapshot:}
     */
    public Builder prefix(String prefix) {
      if (!PREFIX.matcher(requireNonNull(prefix, "prefix")).matches()) {
        throw new IllegalArgumentException(
            "prefix must be up to 100 letters, digits and _ : . -: " + prefix);
      }
      this.prefix = prefix;
      return this;
    }

    /**
     * How long to wait for a connection of the pool, to Redis, and for an answer; for each.
     *
     * @param timeout 10 ms to 1 minute; default: 2 s
     */
    public Builder timeout(Duration timeout) {
      if (requireNonNull(timeout, "timeout").compareTo(Duration.ofMillis(10)) < 0
          || timeout.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException("timeout must be in [10 ms, 1 min]: " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * How many connections to Redis there may be; more callers than that wait for one.
     *
     * @param connections at least 1; default: 8
     */
    public Builder connections(int connections) {
      if (connections < 1) {
        throw new IllegalArgumentException("connections must be at least 1: " + connections);
      }
      this.connections = connections;
      return this;
    }

    /** The store; connects when it is used. */
    public RedisSnapshotStore build() {
      return new RedisSnapshotStore(this);
    }
  }
}
