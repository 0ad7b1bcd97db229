package io.github.geminilive.testkit.internal;

import io.github.geminilive.testkit.Silence;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A silence that an answer is to fall into. Each is fallen into once on a server. */
public final class Hush {

  private final Silence where;
  private final Silence.Cure cure;

  public Hush(Silence where, Silence.Cure cure) {
    this.where = where;
    this.cure = cure;
  }

  Silence.Cure cure() {
    return cure;
  }

  /** Which silences of a server are over; told apart by identity, not by what they are like. */
  static final class Spent {
    private final Set<Hush> spent = ConcurrentHashMap.newKeySet();

    /** Returns whether this answer falls silent there, which it then does no more. */
    boolean takes(Exchange exchange, Silence where) {
      Hush hush = exchange.hush;
      if (hush == null || hush.where != where || !spent.add(hush)) {
        return false;
      }
      exchange.hush = null;
      return true;
    }
  }

  /**
   * A silence that lasts.
   *
   * @param where where the model fell silent
   * @param cure what ends it
   * @param owed what is not said meanwhile; null when nothing was to be said
   */
  record Lasting(Silence where, Silence.Cure cure, @Nullable Exchange owed) {

    boolean yieldsTo(Silence.Cure step) {
      return cure != Silence.Cure.NONE && step.compareTo(cure) >= 0;
    }

    Lasting owing(Exchange exchange) {
      return new Lasting(where, cure, exchange);
    }
  }

  /** What is not said on a conversation's connections. */
  static final class Line {
    private volatile @Nullable Lasting silence;

    @Nullable
    Lasting silence() {
      return silence;
    }

    void set(@Nullable Lasting lasting) {
      silence = lasting;
    }
  }
}
