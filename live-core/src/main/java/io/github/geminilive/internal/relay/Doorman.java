package io.github.geminilive.internal.relay;

import io.github.geminilive.relay.RelayLimits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the conversations there are, of each user and of all. Thread-safe. */
final class Doorman {

  private final RelayLimits limits;
  // Both guarded by this. Of users who have none, nothing is kept.
  private final Map<String, Integer> ofUsers = new HashMap<>();
  private int total;

  Doorman(RelayLimits limits) {
    this.limits = limits;
  }

  /**
   * Lets a conversation in, if there is room for it.
   *
   * @return the limit that was reached, for the peer; null when it is in, until {@link #leave}
   */
  @Nullable
  synchronized String admit(String user) {
    if (total >= limits.sessionsInTotal()) {
      return "more than " + limits.sessionsInTotal() + " conversations at a time";
    }
    int before = ofUsers.getOrDefault(user, 0);
    if (before >= limits.sessionsPerUser()) {
      return "more than " + limits.sessionsPerUser() + " conversations of one user at a time";
    }
    ofUsers.put(user, before + 1);
    total++;
    return null;
  }

  /** A conversation that was let in is over. To be called once for each; one too many is ignored. */
  synchronized void leave(String user) {
    Integer before = ofUsers.get(user);
    if (before == null) {
      return;
    }
    total--;
    if (before == 1) {
      ofUsers.remove(user);
    } else {
      ofUsers.put(user, before - 1);
    }
  }

  /** How many conversations there are. */
  synchronized int total() {
    return total;
  }

  /** How many users have any. */
  synchronized int users() {
    return ofUsers.size();
  }
}
