package io.github.geminilive.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Random misfortunes of connections, the same ones for the same seed: what happens on a connection
 * depends on the seed and the connection's number only. To be given to {@link
 * LiveServer.Builder#scenarios}; the persona answers on all connections that come about. Immutable.
 *
 * <p>The first connection is always set up; what goes wrong with it goes wrong later. All of it can be
 * survived by a client that resumes, unless {@link #closing} adds what cannot.
 */
public final class Faults implements IntFunction<Scenario> {

  /** What can go wrong with a connection. */
  public enum Kind {
    /** The TCP connection is reset. */
    RESET,
    /** The TCP stream ends without a close frame. */
    DROP,
    /** Nothing is read and written any more. */
    STALL,
    /** The service closes; with a code and reason of {@link #closing}. */
    CLOSE,
    /** goAway, and the end when it said or even before. */
    GO_AWAY,
    /** goAway with a time that cannot be read, and the end soon after. */
    UNREADABLE_GO_AWAY,
    /** A handful of resumption updates, some of which withdraw the handle, and then a reset. */
    HANDLE_BURST,
    /** A handle that is not known. */
    HANDLE_REFUSED,
    /** A setup that is answered late. */
    SETUP_SLOW,
    /** A setup that is never answered. */
    SETUP_UNANSWERED,
    /** A setup that is answered by a close frame with 1011. */
    SETUP_CLOSED,
    /** An upgrade request that is answered with 503, or 429 and Retry-After. */
    UPGRADE_REFUSED
  }

  private static final List<Kind> ONLY_LATER = List.of(
      Kind.HANDLE_REFUSED,
      Kind.SETUP_SLOW,
      Kind.SETUP_UNANSWERED,
      Kind.SETUP_CLOSED,
      Kind.UPGRADE_REFUSED);

  // A reset throws away what the client has not read: let it read, so that seeds repeat themselves.
  private static final Duration BREATH = Duration.ofMillis(1);

  private record Close(int code, String reason) {}

  private static final List<Close> CLOSES = List.of(
      new Close(1000, ""),
      new Close(1001, ""),
      new Close(1011, "Internal error encountered."),
      new Close(1011, "Deadline expired before operation could complete."),
      new Close(1012, ""),
      new Close(1013, "Try again later."),
      new Close(1014, ""));

  private static final Duration[] TIMES_LEFT = {
    Duration.ZERO,
    Duration.ofMillis(1),
    Duration.ofMillis(250),
    Duration.ofMillis(751),
    Duration.ofSeconds(1),
    Duration.ofMillis(4_500),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  private final long seed;
  private final List<Kind> kinds;
  private final List<Close> closes;
  private final double share;
  private final Duration earliest;
  private final Duration latest;

  private Faults(
      long seed,
      List<Kind> kinds,
      List<Close> closes,
      double share,
      Duration earliest,
      Duration latest) {
    this.seed = seed;
    this.kinds = kinds;
    this.closes = closes;
    this.share = share;
    this.earliest = earliest;
    this.latest = latest;
  }

  /**
   * Returns faults of all kinds, on three connections of four, within their first 30 seconds.
   *
   * @param seed any number
   */
  public static Faults seeded(long seed) {
    return new Faults(
        seed, List.of(Kind.values()), CLOSES, 0.75, Duration.ZERO, Duration.ofSeconds(30));
  }

  /**
   * Chooses what goes wrong.
   *
   * @param kinds at least one; one that is named twice is twice as likely
   */
  public Faults of(Kind... kinds) {
    if (kinds.length == 0) {
      throw new IllegalArgumentException("no kind of fault given; share(0) switches faults off");
    }
    return new Faults(seed, List.of(kinds), closes, share, earliest, latest);
  }

  /**
   * Chooses how many connections something goes wrong with.
   *
   * @param share from 0, none, to 1, all
   */
  public Faults share(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be in [0, 1]: " + share);
    }
    return new Faults(seed, kinds, closes, share, earliest, latest);
  }

  /**
   * Adds a way in which the service may close.
   *
   * @param code close code
   * @param reason close reason
   */
  public Faults closing(int code, String reason) {
    List<Close> more = new ArrayList<>(closes);
    more.add(new Close(code, reason));
    return new Faults(seed, kinds, List.copyOf(more), share, earliest, latest);
  }

  /**
   * Chooses at which age of a connection something goes wrong. Half of it happens at the next {@link
   * Scenario.Moment} after that age.
   *
   * @param earliest from setupComplete, in the server's time
   * @param latest not before {@code earliest}
   */
  public Faults between(Duration earliest, Duration latest) {
    if (earliest.isNegative() || latest.compareTo(earliest) < 0) {
      throw new IllegalArgumentException(
          "latest must not be before earliest, nor that negative: " + earliest + ", " + latest);
    }
    return new Faults(seed, kinds, closes, share, earliest, latest);
  }

  /**
   * Returns what happens on a connection.
   *
   * @param connection number of the upgrade request, from 1
   */
  @Override
  public Scenario apply(int connection) {
    Random random = new Random(seed * 1_000_003 + connection);
    // The first numbers of neighbouring seeds are alike.
    random.nextLong();
    List<Kind> possible = new ArrayList<>(kinds);
    if (connection == 1) {
      possible.removeAll(ONLY_LATER);
    }
    if (random.nextDouble() >= share || possible.isEmpty()) {
      return Scenario.persona();
    }
    Kind kind = possible.get(random.nextInt(possible.size()));
    return switch (kind) {
      case HANDLE_REFUSED -> Scenario.refuseHandle();
      case SETUP_SLOW -> Scenario.slowSetup(Duration.ofMillis(200 + random.nextInt(10_000)));
      case SETUP_UNANSWERED -> Scenario.neverCompleteSetup();
      case SETUP_CLOSED ->
        Scenario.closeBeforeSetupComplete(1011, "The service is currently unavailable.");
      case UPGRADE_REFUSED -> refusal(random);
      default -> fault(kind, moment(random), random);
    };
  }

  private static Scenario refusal(Random random) {
    return random.nextBoolean()
        ? Scenario.refuseUpgrade(503, Map.of(), "")
        : Scenario.refuseUpgrade(
            429, Map.of("Retry-After", Integer.toString(1 + random.nextInt(3))), "");
  }

  private Scenario moment(Random random) {
    long span = latest.minus(earliest).toMillis();
    Duration age = earliest.plusMillis((long) (random.nextDouble() * span));
    Scenario later = Scenario.persona().pause(age);
    Scenario.Moment[] moments = Scenario.Moment.values();
    return random.nextBoolean()
        ? later
        : later.until(moments[random.nextInt(moments.length)]).pause(BREATH);
  }

  private Scenario fault(Kind kind, Scenario before, Random random) {
    switch (kind) {
      case RESET:
        return before.reset();
      case DROP:
        return before.drop();
      case STALL:
        return before.stall();
      case CLOSE:
        Close close = closes.get(random.nextInt(closes.size()));
        return before.close(close.code(), close.reason());
      case GO_AWAY:
        Duration left = TIMES_LEFT[random.nextInt(TIMES_LEFT.length)];
        Duration real = random.nextInt(4) == 0 ? left.dividedBy(2) : left;
        return before.goAway(left).pause(real).close(1000, "");
      case UNREADABLE_GO_AWAY:
        Scenario told =
            random.nextBoolean() ? before.goAwayUnreadable("soon") : before.goAwayUnreadable(null);
        return told.pause(Duration.ofSeconds(2)).close(1000, "");
      default:
        Scenario burst = before;
        for (int i = 2 + random.nextInt(5); i > 0; i--) {
          burst = random.nextBoolean() ? burst.giveHandleIfAny() : burst.withdrawHandle();
        }
        return burst.pause(BREATH).reset();
    }
  }
}
