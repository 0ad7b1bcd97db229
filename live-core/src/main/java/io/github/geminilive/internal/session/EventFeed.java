package io.github.geminilive.internal.session;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that is told that events wait, and takes them when it likes. One thread at a time
 * takes. Who is told is told outside all locks, on any thread, and must not block.
 */
public interface EventFeed extends Subscription {

  /** The next event; null when there is none at the moment. */
  @Nullable
  LiveEvent poll();

  /**
   * The service's message that held this audio and nothing else, if it was asked for. To be called at
   * most once for the event taken last.
   *
   * @return null when it is not known, or held more than that
   */
  byte @Nullable [] frameOf(LiveEvent.Audio taken);
}
