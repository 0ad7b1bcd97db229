package io.github.geminilive.audio;

/** Takes a player's events. */
@FunctionalInterface
public interface PlayerListener {

  /**
   * Something happened. Called one event at a time, in order, on the player's executor. What it
   * throws is logged.
   *
   * @param event what
   */
  void onEvent(PlayerEvent event);
}
