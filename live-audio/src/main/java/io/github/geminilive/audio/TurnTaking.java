package io.github.geminilive.audio;

import io.github.geminilive.LiveConfig;

/** Who decides when the user speaks and when the user has finished. */
public enum TurnTaking {
  /** The service, from all it hears; it also decides what interrupts the assistant. The default. */
  SERVICE,
  /**
   * The loop's own voice detector: it tells the service when the user begins and stops, and sends
   * nothing in between. What comes before the onset is sent too, so that no syllable is lost. Needs
   * {@link LiveConfig.Builder#manualActivity()}.
   */
  MANUAL_ACTIVITY,
  /**
   * As {@link #MANUAL_ACTIVITY}, and the loop decides what interrupts the assistant: at the first
   * suspicion of speech the answer becomes quieter, then pauses; it is cut when speech goes on, and
   * otherwise (a cough, a door) continues exactly where it stopped. Needs {@link
   * LiveConfig.Builder#manualActivity()}.
   */
  CLIENT
}
