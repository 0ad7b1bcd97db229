package io.github.geminilive.internal.relay;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what there is of something, of each user and of all. Thread-safe. */
final class Doorman {

  private final String what;
  private final int limitOfUser;
  private final int limit;
  // Both guarded by this. Of users who have none, nothing is kept.
  private final Map<String, Integer> ofUsers = new HashMap<>();
  private int total;

  /**
   * Nobody is in.
   *
   * @param what its guests' name, in the plural, for those who find no room
   * @param limitOfUser how many one user may have
   * @param limit how many there may be
   */
  Doorman(String what, int limitOfUser, int limit) {
    this.what = what;
    this.limitOfUser = limitOfUser;
    this.limit = limit;
  }

  /**
   * Lets one in, if there is room for it.
   *
   * @return the limit that was reached, for the peer; null when it is in, until {@link #leave}
   */
  @Nullable
  synchronized String admit(String user) {
    if (total >= limit) {
      return "more than " + limit + " " + what + " at a time";
    }
    int before = ofUsers.getOrDefault(user, 0);
    if (before >= limitOfUser) {
      return "more than " + limitOfUser + " " + what + " of one user at a time";
    }
    ofUsers.put(user, before + 1);
    total++;
    return null;
  }

  /** One that was let in is over. To be called once for each; one too many is ignored. */
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

  /** How many are in. */
  synchronized int total() {
    return total;
  }

  /** How many users have any. */
  synchronized int users() {
    return ofUsers.size();
  }
}
