package io.github.geminilive.relay;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who is at the other end, as the application's login found out. Immutable.
 *
 * @param user whose conversation it is; limits for each user count by this, and only the same user
 *     can go on with a parked conversation; not blank
 * @param dialect what the peer speaks
 * @param facts what the application knows besides, for its own hooks; appear in no log
 */
public record RelayCaller(String user, RelayDialect dialect, Map<String, String> facts) {

  /** Checks and copies. */
  public RelayCaller {
    if (requireNonNull(user, "user").isBlank()) {
      throw new IllegalArgumentException("user must not be blank");
    }
    requireNonNull(dialect, "dialect");
    facts = Map.copyOf(facts);
  }

  /** A caller about whom nothing else is known. */
  public static RelayCaller of(String user, RelayDialect dialect) {
    return new RelayCaller(user, dialect, Map.of());
  }

  /** The same caller, and one more fact. */
  public RelayCaller with(String name, String value) {
    Map<String, String> more = new TreeMap<>(facts);
    more.put(requireNonNull(name, "name"), requireNonNull(value, "value"));
    return new RelayCaller(user, dialect, more);
  }

  /** Keeps back the facts. */
  @Override
  public String toString() {
    return "RelayCaller[user=" + user + ", dialect=" + dialect + ", " + facts.size() + " facts]";
  }
}
