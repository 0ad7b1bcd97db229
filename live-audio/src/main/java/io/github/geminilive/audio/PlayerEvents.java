package io.github.geminilive.audio;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a player's events to the application, and completes its futures in the same order. */
final class PlayerEvents extends SerialDelivery<Runnable> {

  private static final Logger LOG = LoggerFactory.getLogger(PlayerEvents.class);
  private static final int LIMIT = 1_024;

  private final @Nullable PlayerListener listener;
  private boolean losing; // guarded by this

  PlayerEvents(Executor executor, @Nullable PlayerListener listener) {
    super(executor, LOG);
    this.listener = listener;
  }

  /** Notes an event. When the application takes none for very long, the newest are lost. */
  synchronized void add(PlayerEvent event) {
    PlayerListener to = listener;
    if (to == null) {
      return;
    }
    if (waiting.size() < LIMIT) {
      losing = false;
      waiting.add(() -> to.onEvent(event));
    } else if (!losing) {
      losing = true;
      LOG.warn("The player's listener does not keep up; events are lost from {} on", event);
    }
  }

  /** Notes something to be run on the executor; never lost. */
  synchronized void add(Runnable task) {
    waiting.add(task);
  }

  @Override
  void hand(Runnable next) {
    next.run();
  }
}
