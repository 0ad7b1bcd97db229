package io.github.geminilive.audio;

/**
 * Hears what happens in a {@link VoiceLoop}: one event at a time, in order, on the loop's executor,
 * never on a thread that carries sound. One that throws is logged and called again for the next
 * event; a slow one misses {@link VoiceEvent.Levels}, nothing else.
 */
@FunctionalInterface
public interface VoiceListener {

  /**
   * Something happened.
   *
   * @param event what; new kinds come in minor releases, so end a chain of {@code instanceof} with
   *     a plain {@code else}
   */
  void onEvent(VoiceEvent event);
}
